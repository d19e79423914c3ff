using PortPortal.Components.Live;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Wire;

namespace PortPortal.Tests.Components.Live;

public sealed class ActivityTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly AuditEntry Refusal = new()
    {
        Id = 9, At = Noon, ActorId = "visitor", ActorName = "Visitor", From = "192.0.2.7", Action = "visit.refused", Result = AuditResult.Refused, Reason = "Was refused.",
    };

    [Fact]
    public void Fold_SameRefusalsWithinTenMinutes_IsOneLineWithACount()
    {
        var lines = ActivityLine.Fold(
        [
            Refusal,
            Refusal with { Id = 8, At = Noon.AddMinutes(-3) },
            Refusal with { Id = 7, At = Noon.AddMinutes(-4), From = "198.51.100.4" },
            Refusal with { Id = 6, At = Noon.AddMinutes(-9) },
            Refusal with { Id = 5, At = Noon.AddMinutes(-11) },
        ]);

        Assert.Equal([(9, 3), (7, 1), (5, 1)], lines.Select(line => (line.Key, line.Times)));
    }

    [Fact]
    public void Fold_SameActsThatAreNoRefusals_StayApart()
    {
        var done = Refusal with { Result = AuditResult.Done };

        Assert.Equal(2, ActivityLine.Fold([done, done with { Id = 8 }]).Count);
    }

    [Theory]
    [InlineData("Ada", "ada", "Made the link “Review”.", "*Ada* made the link *Review*")]
    [InlineData("Ada", "ada", "Invited Otto as member.", "*Ada* invited Otto as member")]
    [InlineData("Ada", "ada", "Port 3000 of shop was changed.", "*Ada*: Port 3000 of shop was changed")]
    [InlineData("PortPortal", "system", "Port 3000 reached its end.", "Port 3000 reached its end")]
    public void Sentence_OfAnEntry_SaysWhoAndWhat(string name, string id, string reason, string expected)
    {
        var sentence = ActivityWords.Sentence(Refusal with { ActorName = name, ActorId = id, Reason = reason });

        Assert.Equal(expected, string.Concat(sentence.Select(part => part.Strong ? $"*{part.Text}*" : part.Text)));
    }

    [Theory]
    [InlineData("ip:192.0.2.7", "ip", "192.0.2.7")]
    [InlineData("192.0.2.7", "ip", "192.0.2.7")]
    [InlineData("person:mira", "person", "mira")]
    [InlineData("KIND:ports,links", "kind", "ports,links")]
    [InlineData("kept out", "q", "kept out")]
    public void Question_Typed_BecomesAPartOfTheFilter(string typed, string name, string value)
    {
        Faults faults = [];

        var filter = ActivityQuestion.Add(new AuditFilter { Port = 3000 }, typed, faults);

        Assert.Empty(faults);
        Assert.Equal(value, AuditFilterText.Write(filter)[name]);
        Assert.Equal(3000, filter.Port);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil\")", "\"'=HYPERLINK(\"\"http://evil\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    public void CsvRow_TextThatASpreadsheetWouldRun_IsTextOnly(string name, string cell) =>
        Assert.Contains($",{cell},", AuditExport.Row(Refusal with { ActorName = name }), StringComparison.Ordinal);
}
