using System.Net;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Revocations;

/// <summary>Whom to keep out, as a caller names them: one of an e-mail address, an account and a network address.</summary>
internal sealed record KeepOutRequest
{
    public string? Email { get; init; }

    public string? UserId { get; init; }

    public string? Address { get; init; }

    /// <summary>Null: until it is lifted.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Finds everything wrong with it at once.</summary>
    public void Check(string ownerId, TimeProvider time, Faults faults)
    {
        if (new[] { Email, UserId, Address }.Count(named => named is not null) != 1)
        {
            faults.Add(Refusal.Invalid("email", "Name whom to keep out by exactly one of email, userId and address."));
        }

        if (Email is not null && !EmailAddress.TryParse(Email, out _))
        {
            faults.Add(Refusal.Invalid("email", "email is one address, such as sam@example.com."));
        }

        if (Address is not null && !IPAddress.TryParse(Address, out _))
        {
            faults.Add(Refusal.Invalid("address", "address is an IP address, such as 203.0.113.7 or 2001:db8::1."));
        }

        if (UserId is { Length: 0 } || (UserId is not null && UserId == ownerId))
        {
            faults.Add(Refusal.Invalid("userId", "userId is an account other than the owner's: owners cannot be kept out."));
        }

        CheckUntil(Until, time, faults);
    }

    public static void CheckUntil(DateTimeOffset? until, TimeProvider time, Faults faults)
    {
        if (until <= time.GetUtcNow())
        {
            faults.Add(Refusal.Invalid("until", "until lies in the future; leave it out to keep them out until it is lifted."));
        }
    }
}
