using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>One-time codes by e-mail: six digits, ten minutes, five tries, one use, in the browser that asked.</summary>
/// <remarks>Every address gets a challenge, listed or not, so that the way through is the same for both. Kept in memory: a restart asks people for a new code.</remarks>
internal sealed class EmailCodes(TimeProvider time)
{
    public const int Tries = 5;
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int Combinations = 1_000_000;
    private const int MostAtOnce = 20_000;
    private const int IdLength = 26;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Challenge> _challenges = new(StringComparer.Ordinal); // under _lock
    private readonly Dictionary<(string ExposureId, string Email), string> _latest = []; // under _lock

    /// <summary>A new code; one that was sent to the same address for the same exposure is dead. Null where far too many are open.</summary>
    /// <param name="mayMatch">False where nobody gets to know the code: then no guess is right, and one that was sent before stays good.</param>
    public (string Id, string Code)? Begin(string exposureId, EmailAddress email, bool mayMatch)
    {
        var code = RandomNumberGenerator.GetInt32(Combinations).ToString("D6", CultureInfo.InvariantCulture);
        lock (_lock)
        {
            Sweep();
            if (mayMatch && _latest.Remove((exposureId, email.ToString()), out var older))
            {
                _challenges.Remove(older);
            }

            if (_challenges.Count >= MostAtOnce)
            {
                return null;
            }

            var id = ShortId.NewToken(IdLength);
            _challenges[id] = new(exposureId, email, mayMatch ? Hash(code) : RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes), time.GetUtcNow() + Lifetime);
            if (mayMatch)
            {
                _latest[(exposureId, email.ToString())] = id;
            }

            return (id, code);
        }
    }

    /// <summary>The address a challenge went to, while it is open.</summary>
    public EmailAddress? Find(string id, string exposureId)
    {
        lock (_lock)
        {
            return Open(id, exposureId)?.Email;
        }
    }

    /// <summary>Counts a try, then looks at it; a right code is used up by this, and so is the fifth wrong one.</summary>
    public CodeTry Redeem(string id, string exposureId, string code)
    {
        lock (_lock)
        {
            if (Open(id, exposureId) is not { } challenge)
            {
                return default;
            }

            challenge.Made++;
            var right = CryptographicOperations.FixedTimeEquals(challenge.CodeHash, Hash(code));
            if (right || challenge.Made >= Tries)
            {
                Drop(id, challenge);
            }

            return new(right ? challenge.Email : null, right ? 0 : Tries - challenge.Made);
        }
    }

    private Challenge? Open(string id, string exposureId) =>
        _challenges.TryGetValue(id, out var challenge)
        && time.GetUtcNow() < challenge.ExpiresAt
        && string.Equals(challenge.ExposureId, exposureId, StringComparison.Ordinal)
            ? challenge
            : null;

    private void Sweep()
    {
        if (_challenges.Count < MostAtOnce)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var (id, challenge) in _challenges.Where(pair => pair.Value.ExpiresAt <= now).ToList())
        {
            Drop(id, challenge);
        }
    }

    private void Drop(string id, Challenge challenge)
    {
        _challenges.Remove(id);
        var key = (challenge.ExposureId, challenge.Email.ToString());
        if (_latest.GetValueOrDefault(key) == id)
        {
            _latest.Remove(key);
        }
    }

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));

    private sealed class Challenge(string exposureId, EmailAddress email, byte[] codeHash, DateTimeOffset expiresAt)
    {
        public string ExposureId => exposureId;

        public EmailAddress Email => email;

        public byte[] CodeHash => codeHash;

        public DateTimeOffset ExpiresAt => expiresAt;

        public int Made { get; set; }
    }
}

/// <param name="Proved">The address that the right code proved; null for a wrong one.</param>
/// <param name="TriesLeft">Zero where the code is used up, or was none.</param>
internal readonly record struct CodeTry(EmailAddress? Proved, int TriesLeft);
