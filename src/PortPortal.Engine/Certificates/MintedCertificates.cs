using System.Net;
using System.Net.Security;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Certificates;

/// <summary>A certificate per name, minted when it is first asked for, and again every day.</summary>
/// <remarks>
/// All certificates of one day have the same validity, so none of them tells a stranger when, or whether, somebody was there before.
/// The portal's host and the base domain are no secret and are minted without limit.
/// </remarks>
internal sealed partial class MintedCertificates : CertificateSource
{
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(7);

    private readonly CertificateAuthority _authority;
    private readonly PublicAddress _address;
    private readonly int _maxCached;
    private readonly MintBudget _budget;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Leaf>> _byName = new(StringComparer.Ordinal); // under _lock
    private readonly LinkedList<Leaf> _byUse = []; // under _lock; the latest first
    private DateTimeOffset _warnedFor; // under _lock; the day for which the authority's end was announced

    public MintedCertificates(CertificateAuthority authority, PublicAddress address, CertificateOptions options, TimeProvider time, ILogger<MintedCertificates> logger)
    {
        (_authority, _address, _maxCached, _time, _logger) = (authority, address, options.MaxCached, time, logger);
        _budget = new(options.MintedPerMinute, options.MintedPerMinuteAndAddress, time);
    }

    public override CertificateStatus Status => new(false, _authority.CertificatePath, _authority.Certificate.Subject, _authority.NotAfter, null);

    public int Cached
    {
        get
        {
            lock (_lock)
            {
                return _byName.Count;
            }
        }
    }

    public override SslStreamCertificateContext? Find(string name, IPAddress? peer)
    {
        var today = new DateTimeOffset(_time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        return FindLeaf(name, peer, today)?.Context;
    }

    private Leaf? FindLeaf(string name, IPAddress? peer, DateTimeOffset today)
    {
        lock (_lock)
        {
            var known = _byName.GetValueOrDefault(name);
            if (known is not null && known.Value.Day == today)
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return known.Value;
            }

            WarnOfTheEnd(today);
            if (_authority.NotAfter <= today || !(IsOpenToAll(name) || _budget.TrySpend(peer)))
            {
                // An older one is better than none for as long as it is valid.
                return known is not null && known.Value.NotAfter > _time.GetUtcNow() ? known.Value : null;
            }

            return Add(name, known, new Leaf(_authority, name, today, today + LeafLife));
        }
    }

    private Leaf Add(string name, LinkedListNode<Leaf>? replaced, Leaf leaf)
    {
        if (replaced is not null)
        {
            _byUse.Remove(replaced);
        }
        else if (_byName.Count >= _maxCached)
        {
            _byName.Remove(_byUse.Last!.Value.Name);
            _byUse.RemoveLast();
        }

        _byName[name] = _byUse.AddFirst(leaf);
        return leaf;
    }

    private bool IsOpenToAll(string name) => ServerName.IsPortal(_address, name) || name == _address.BaseDomain;

    private void WarnOfTheEnd(DateTimeOffset today)
    {
        if (_warnedFor != today && _authority.NotAfter - today < CertificateAuthority.RenewBefore)
        {
            _warnedFor = today;
            Log.AuthorityEnds(_logger, _authority.CertificatePath, _authority.NotAfter);
        }
    }

    /// <summary>Minted by the first who needs it, outside the cache's lock; the others wait for that one.</summary>
    private sealed class Leaf(CertificateAuthority authority, string name, DateTimeOffset day, DateTimeOffset notAfter)
    {
        private readonly Lazy<SslStreamCertificateContext> _context = new(
            () => SslStreamCertificateContext.Create(authority.Issue(name, day.AddDays(-1), notAfter), null, offline: true));

        public string Name => name;

        public DateTimeOffset Day => day;

        public DateTimeOffset NotAfter => notAfter;

        public SslStreamCertificateContext Context => _context.Value;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The certificate authority {Path} ends on {NotAfter:yyyy-MM-dd}. Restart PortPortal to make a new one, and trust that.")]
        public static partial void AuthorityEnds(ILogger logger, string path, DateTimeOffset notAfter);
    }
}
