using System.Collections;
using System.Text;
using QRCoder;

namespace PortPortal.Cli.Output;

/// <summary>A QR code in half blocks: two rows of modules in one line of text. Light modules are drawn, as terminals are mostly dark.</summary>
internal static class QrText
{
    private const string LightOnBlack = "\u001b[97;40m";
    private const string AsBefore = "\u001b[0m";

    /// <param name="text">What a phone's camera reads.</param>
    /// <param name="coloured">True for a terminal, where its own colours might be the other way round.</param>
    public static string Of(string text, bool coloured)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var rows = code.ModuleMatrix;
        var lines = new StringBuilder();
        for (var top = 0; top < rows.Count; top += 2)
        {
            lines.Append(coloured ? LightOnBlack : "");
            for (var column = 0; column < rows[top].Length; column++)
            {
                lines.Append((IsLight(rows, top, column), IsLight(rows, top + 1, column)) switch
                {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    _ => ' ',
                });
            }

            lines.AppendLine(coloured ? AsBefore : "");
        }

        return lines.ToString();
    }

    private static bool IsLight(List<BitArray> rows, int row, int column) => row >= rows.Count || !rows[row][column];
}
