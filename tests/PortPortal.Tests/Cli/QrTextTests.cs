using PortPortal.Cli.Output;

namespace PortPortal.Tests.Cli;

public sealed class QrTextTests
{
    private const int ModuleSize = 8;

    [Theory]
    [InlineData("https://localhost:8443/share/abcdefghijklmnopqrstuvwxyz")]
    [InlineData("https://fleet.example.com/share/q7w4e2r5t6y3u7i2o5p3a4s6d2f7g3h4")]
    public async Task Qr_OfALink_IsReadByAnotherDecoder(string link)
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.File("qr.pbm"), Bitmap(QrText.Of(link, coloured: false)));

        await using var decoder = ChildProcess.Start("zbarimg", ["--quiet", "--nodbus", "--raw", folder.File("qr.pbm")]);

        Assert.Equal(link, await decoder.LineAsync(line => line.StartsWith("https:", StringComparison.Ordinal), TimeSpan.FromSeconds(20)));
    }

    /// <summary>The half blocks as a plain portable bitmap, in which 1 is dark.</summary>
    private static string Bitmap(string text)
    {
        var rows = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')
            .SelectMany(line => new[] { Bits(line, "█▀"), Bits(line, "█▄") })
            .SelectMany(row => Enumerable.Repeat(row, ModuleSize)).ToList();
        return $"P1\n{rows[0].Length} {rows.Count}\n{string.Join('\n', rows.Select(row => string.Join(' ', row.ToCharArray())))}\n";
    }

    private static string Bits(string line, string light) => string.Concat(line.Select(letter => new string(light.Contains(letter, StringComparison.Ordinal) ? '0' : '1', ModuleSize)));
}
