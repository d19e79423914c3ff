using Microsoft.JSInterop;

namespace PortPortal.Components.Kit;

/// <summary>The time zone of whoever reads this page: their browser knows it, and UTC stands for it until that has answered.</summary>
internal sealed class ReaderZone(IJSRuntime js)
{
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>Asks the browser; callable from the first <c>OnAfterRenderAsync</c> on.</summary>
    /// <returns>Whether days begin at other moments than was known before.</returns>
    public async Task<bool> AskAsync()
    {
        try
        {
            await using var module = await js.InvokeAsync<IJSObjectReference>("import", "./js/times.js");
            var answer = await module.InvokeAsync<ReaderZoneAnswer?>("zone");
            var before = Zone;
            Zone = answer is null ? before : Of(answer);
            return !Zone.HasSameRules(before);
        }
        catch (JSDisconnectedException)
        {
            return false; // the page is gone
        }
    }

    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    /// <summary>A machine without that zone's rules goes by the offset of now.</summary>
    private static TimeZoneInfo Of(ReaderZoneAnswer answer) => TimeZoneInfo.TryFindSystemTimeZoneById(answer.Name, out var zone)
        ? zone
        : TimeZoneInfo.CreateCustomTimeZone("reader", TimeSpan.FromMinutes(Math.Clamp(answer.Offset, -14 * 60, 14 * 60)), null, null);
}

/// <param name="Name">As in the IANA data base, such as <c>Pacific/Auckland</c>.</param>
/// <param name="Offset">From UTC at this moment, in minutes, east positive.</param>
internal sealed record ReaderZoneAnswer(string Name, int Offset);
