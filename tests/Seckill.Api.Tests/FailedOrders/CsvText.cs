using System.Text;

namespace Seckill.Api.Tests.FailedOrders;

/// <summary>Reads CSV as RFC 4180 has it, by hand: the writer's own library must not be its judge.</summary>
static class CsvText
{
    public static List<List<string>> Parse(string text)
    {
        var rows = new List<List<string>>();
        var (row, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        text = text.TrimStart('\uFEFF');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append(c);
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is ',' or '\r' or '\n')
            {
                if (c == '\r')
                    continue;
                row.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    rows.Add(row);
                    row = [];
                }
            }
            else
            {
                cell.Append(c);
            }
        }

        return rows;
    }
}
