using System.Reflection;

using Microsoft.Extensions.Options;

using Seckill.Operations.Alerts;
using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Tests.Alerts;

public sealed class AlertTexts_Specs
{
    public static TheoryData<string> Kinds => [.. typeof(AlertKinds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(x => (string)x.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Should_know_every_kind_in_both_languages(string kind)
    {
        AlertTexts.Knows(kind).ShouldBeTrue();
        var (chinese, english) = (AlertTexts.Of(kind, chinese: true), AlertTexts.Of(kind, chinese: false));
        foreach (var (zh, en) in new[]
        {
            (chinese.Title, english.Title), (chinese.Sentence, english.Sentence), (chinese.ToDo, english.ToDo), (chinese.Resolved, english.Resolved),
        })
        {
            zh.ShouldContain(x => x >= '\u4e00' && x <= '\u9fff');
            en.ShouldAllBe(x => x < 128);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Should_say_what_to_do_and_where_to_read_on(string kind)
    {
        foreach (var language in (string[])["zh", "en"])
        {
            var message = Message(language, kind);
            message.Markdown.ShouldContain(AlertTexts.Of(kind, language == "zh").ToDo);
            message.Text.ShouldContain($"docs/runbook.md#{kind}");
        }
    }

    [Fact]
    public void Should_tell_a_kind_that_has_no_texts_by_its_name() => Message("en", "new_kind").Title.ShouldBe("[Urgent] new_kind: key");

    [Theory]
    [InlineData("电话13812345678。", "电话138****5678。")]
    [InlineData("+8613812345678", "+86138****5678")]
    [InlineData("tel 138-1234-5678", "tel 138****5678")]
    [InlineData("order 0198f3a1-7c2b-7d3e-8f40-138123456789 failed", "order 0198f3a1-7c2b-7d3e-8f40-138123456789 failed")]
    [InlineData("order 0198f3a17c2b7d3e8f40a13812345678 failed", "order 0198f3a17c2b7d3e8f40a13812345678 failed")]
    [InlineData("amount 138123456789012", "amount 138123456789012")]
    [InlineData("zhang.san@example.com wrote", "z***@example.com wrote")]
    [InlineData("id 11010119900307663X", "id 110***********663X")]
    [InlineData("Server=db;Password=geheim;User=x", "Server=db;Password=***;User=x")]
    [InlineData("GET /send?access_token=abc123&x=1", "GET /send?access_token=***&x=1")]
    [InlineData("GET /webhook/send?key=abc-123", "GET /webhook/send?key=***")]
    [InlineData("{\"secret\": \"abc\"}", "{\"secret\": \"***\"}")]
    [InlineData("plain text", "plain text")]
    public void Should_mask_personal_data_and_secrets(string text, string masked) => PersonalData.Mask(text).ShouldBe(masked);

    [Theory]
    [InlineData("buyer", "张三丰", "张**")]
    [InlineData("买家", "Li Si", "L**")]
    [InlineData("buyer", "10086", "10086")]
    [InlineData("server", "mysql", "mysql")]
    public void Should_mask_names(string fact, string value, string masked)
        => PersonalData.Mask(new KeyValuePair<string, string>(fact, value)).Value.ShouldBe(masked);

    [Theory]
    [InlineData(" 13812345678")]
    [InlineData(" 11010119900307663X")]
    [InlineData(" zhang.san@mail.example.com")]
    public void Should_mask_what_a_cut_goes_through(string sensitive)
    {
        var readable = string.Concat(Enumerable.Repeat("No connection. ", 40));
        for (var before = 4_000 - sensitive.Length; before <= 4_000; before++)
        {
            // Masking shortens the secret so much that all of what is looked at fits.
            var text = (readable + "token=" + new string('s', before))[..before] + sensitive + new string('.', 5_000);

            var masked = PersonalData.MaskBeginning(text, 1_000);

            masked.ShouldStartWith(readable[..200]);
            masked.ShouldEndWith("…");
            masked.ShouldNotContain(sensitive[..3]);
            PersonalData.MaskBeginning(new KeyValuePair<string, string>("buyer", text), 1_000).Value.ShouldBe(masked);
        }
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public void Should_show_as_much_of_a_long_text_as_may_be_shown(int length)
    {
        PersonalData.MaskBeginning(new string('a', length), 1_000).ShouldBe(new string('a', length == 1_000 ? 1_000 : 997) + (length == 1_000 ? "" : "…"));
        PersonalData.MaskBeginning(new string('长', length), 999).ShouldBe(new string('长', 332) + "…");
    }

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "…")]
    [InlineData("长长长", 9, "长长长")]
    [InlineData("长长长", 8, "长…")]
    [InlineData("a😀bcd", 8, "a😀bcd")]
    [InlineData("a😀bcde", 8, "a😀…")]
    [InlineData("a😀bcd", 7, "a…")]
    [InlineData("e\u0301xyz", 5, "…")]
    public void Should_cut_between_characters(string text, int bytes, string expected) => Utf8Text.Cut(text, bytes).ShouldBe(expected);

    [Theory]
    [InlineData("_it_ a_b __x", "＿it＿ a_b ＿＿x")]
    [InlineData("<@all>", "＜＠all＞")]
    [InlineData("[a](http://b)", "［a］(http：//b)")]
    [InlineData("a\r\n# b", "a  ＃ b")]
    [InlineData("\u200B\u202Eabc", "abc")]
    public void Should_make_markup_harmless(string text, string expected) => MarkdownText.Escape(text).ShouldBe(expected);

    [Fact]
    public void Should_call_the_weekly_report_a_report() => Message("zh", AlertKinds.WeeklyReport).Title.ShouldBe("[报告] 补偿周报:key");

    static AlertMessage Message(string language, string kind) => new AlertMessages(Options.Create(new AlertsOptions { Language = language })).Compose(
        [new ToldAlert("1", new Alert { Severity = AlertSeverity.Urgent, Kind = kind, Key = "key", At = DateTimeOffset.UnixEpoch }, 0)]);
}
