using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>How often someone may guess: per account, whether it exists or not, and per address.</summary>
internal sealed class SignInLimits(TimeProvider time)
{
    public const int PerAccount = 10;
    public const int PerAddress = 30;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly AttemptLimiter _accounts = new(time, PerAccount, Window);
    private readonly AttemptLimiter _addresses = new(time, PerAddress, Window);

    /// <summary>Counts a try; the refusal where it is one too many.</summary>
    public Refusal? Count(string account, string? from)
    {
        var wait = _addresses.Count(ClientAddress.Bucket(from)) ?? _accounts.Count(account);
        return wait is { } left ? TooMany(left) : null;
    }

    /// <summary>Counts a try that names no account, such as a one-time link.</summary>
    public Refusal? Count(string? from) => _addresses.Count(ClientAddress.Bucket(from)) is { } left ? TooMany(left) : null;

    public void Forgive(string account, string? from)
    {
        _accounts.Reset(account);
        Forgive(from);
    }

    public void Forgive(string? from) => _addresses.Forgive(ClientAddress.Bucket(from));

    private static Refusal TooMany(TimeSpan wait) =>
        new(429, RefusalCodes.RateLimited, $"Too many tries. Try again in {Math.Ceiling(wait.TotalMinutes):0} min.") { RetryAfter = wait };
}
