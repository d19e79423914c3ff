using System.Security.Cryptography;
using System.Text.Json;
using PortPortal.Engine.Accounts;
using PortPortal.Tests.Support;
using Xunit.Abstractions;

namespace PortPortal.Tests.Durability;

/// <summary>kill -9 while an identity provider is saved again and again: the one in force afterwards is whole, and nothing that was acknowledged is lost.</summary>
[Collection(Alone.Name)]
public sealed class ProviderKilledTests(ITestOutputHelper output)
{
    private const int Lanes = 2; // as many as the smallest machine has cores
    private const int Rounds = 4; // in each
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task R01_KilledWhileAProviderIsSaved_TheOneInForceIsWhole_AndNothingAcknowledgedIsLost() =>
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => KillAgainAndAgainAsync(lane))));

    private async Task KillAgainAndAgainAsync(int lane)
    {
        await using var portal = await PortalProcess.StartProgramAsync(typeof(ProviderCall).Assembly.Location);
        var last = -1; // the turn in force; none yet
        for (var round = 0; round < Rounds; round++)
        {
            // 1 each turn saves another provider, until the process is gone: in its first save, or in one of many
            var (first, acknowledged) = (new TaskCompletionSource(), last);
            var saving = Task.Run(async () =>
            {
                try
                {
                    while (true)
                    {
                        await portal.Api.SendAsync(HttpMethod.Put, $"/v1/provider/{acknowledged + 1}");
                        acknowledged++;
                        first.TrySetResult();
                    }
                }
                catch (Exception exception) when (exception is HttpRequestException { StatusCode: null } or IOException or TaskCanceledException)
                {
                    // The process is gone.
                }
            });
            if ((lane + round) % 2 != 0)
            {
                await first.Task.WaitAsync(Patience);
            }

            await Task.Delay(RandomNumberGenerator.GetInt32(1, 100));
            await portal.Child.KillAsync();
            await saving;

            // 2 the one that was answered last, or the one that was asked for then
            await portal.RestartAsync();
            var found = ProviderCall.TurnOf((await portal.Api.SendAsync(HttpMethod.Get, "/v1/provider")).Deserialize<OidcOptions>(Web)!) ?? -1;
            output.WriteLine($"Killed with {acknowledged - last} saves answered; {(found == acknowledged ? "the last of them" : "the one that was under way")} is in force.");
            Assert.True(found == acknowledged || found == acknowledged + 1, $"Round {round}: turn {acknowledged} was answered, and turn {found} is in force.");
            last = found;

            // 3 and it is the one that people are sent to
            using var stranger = portal.Http.NewClient();
            var page = await stranger.GetStringAsync(new Uri(portal.Portal, "/sign-in"));
            Assert.Equal(found >= 0, page.Contains("Continue with", StringComparison.Ordinal));
            Assert.Contains(found >= 0 ? $"Continue with {new Uri(ProviderCall.Turn(found).Issuer).Host}" : "Sign in", page, StringComparison.Ordinal);
        }

        Assert.NotEqual(-1, last);
    }
}
