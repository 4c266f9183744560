using System.Globalization;

namespace Seckill.Operations.CompensationLog;

/// <summary>
/// Up to where the table has the steps of a file: a small file beside it. It is replaced as a whole and only after the table has them; one
/// that is lost or old makes steps go to the table a second time, where they change nothing.
/// </summary>
static class StepCursor
{
    const string Extension = ".cursor";

    public static string PathFor(string file) => file + Extension;

    /// <summary>The position in bytes; 0 when there is none, or none that makes sense.</summary>
    public static long Read(string file)
    {
        try
        {
            var text = File.ReadAllText(PathFor(file));
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position <= new FileInfo(file).Length
                ? position
                : 0;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    public static void Write(string file, long position)
    {
        var temporary = PathFor(file) + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(position.ToString(CultureInfo.InvariantCulture)));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, PathFor(file), overwrite: true);
    }
}
