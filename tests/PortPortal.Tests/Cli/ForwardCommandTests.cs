using System.Text.Json;
using PortPortal.Tests.Sdk;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Cli;

/// <summary>Port forwards and visitors from the terminal.</summary>
[Collection(SdkPortalDefinition.Name)]
public sealed class ForwardCommandTests(SdkPortal portal) : IDisposable
{
    private readonly CommandHome _home = new(portal);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Forward_OfAPort_IsPrintedListedAndClosed()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "forwarded", address = "127.0.4.10" });

        var made = await _home.RunAsync("forward", "forwarded:5432", "--label", "db", "--source", "127.0.0.0/8");
        var list = await _home.RunAsync("forwards", "forwarded");
        var closed = await _home.RunAsync("close", "forwarded:5432", "--tcp");
        var after = await _home.RunAsync("forwards", "forwarded", "--json");

        Assert.Matches("^[^ ]+:(2[0-9]{4}|3[0-2][0-9]{3})$", made.Out.Trim());
        Assert.Contains(made.Out.Trim(), list.Out, StringComparison.Ordinal);
        Assert.Equal((0, $"Closed {made.Out.Trim()}."), (closed.ExitCode, closed.Aside.Trim()));
        Assert.Empty(JsonElement.Parse(after.Out).EnumerateArray());
    }
}
