using Microsoft.AspNetCore.Identity;

namespace PortPortal.Engine.Accounts;

/// <summary>Hashes and checks passwords with Identity's PBKDF2, a few at a time: a storm of guesses leaves cores for everybody else.</summary>
internal sealed class Passwords(IPasswordHasher<User> hasher) : IDisposable
{
    /// <summary>OWASP Password Storage Cheat Sheet: PBKDF2-HMAC-SHA512.</summary>
    public const int Iterations = 210_000;

    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lazy<string> _decoy = new(() => hasher.HashPassword(null!, Guid.NewGuid().ToString()));

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        WithSlotAsync(() => hasher.HashPassword(null!, password), cancellationToken);

    /// <summary>Takes as long for an account that does not exist, or has no password, as for a wrong password.</summary>
    public Task<PasswordVerificationResult> CheckAsync(string? hash, string password, CancellationToken cancellationToken) => WithSlotAsync(
        () =>
        {
            var result = hasher.VerifyHashedPassword(null!, hash ?? _decoy.Value, password);
            return hash is null ? PasswordVerificationResult.Failed : result;
        },
        cancellationToken);

    public void Dispose() => _slots.Dispose();

    private async Task<T> WithSlotAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _slots.Release();
        }
    }
}
