using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.AllowLists;

/// <summary>Makes, changes and deletes lists; a change is in force for every port that names the list before it is answered.</summary>
internal sealed class AllowListService(Database database, AllowListFeed feed, TimeProvider time)
{
    private const int MostLists = 500;
    private const int ShownRules = 8;
    private static readonly Refusal AdminsOnly = new(403, RefusalCodes.NotAllowed, "Only admins change allow-lists; ask one.");

    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public Task<Outcome<AllowListStatus>> AddAsync(string? name, AllowListRequest request, Actor actor, Faults faults, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<AllowListStatus>>(
        async db =>
        {
            if (!actor.IsAdmin)
            {
                return AdminsOnly;
            }

            if (!DnsLabel.IsWellFormed(name))
            {
                faults.Add(Refusal.Invalid("name", $"name {DnsLabel.Rule}.", RefusalCodes.InvalidName));
            }

            var entries = AllowListRules.Read(request, before: null, time, faults);
            if (faults.Count > 0)
            {
                return faults;
            }

            if (feed.Find(name!) is not null)
            {
                return new Refusal(409, RefusalCodes.NameInUse, $"There is a list “{name}” already; pick another name.", "name");
            }

            if (feed.Items.Count >= MostLists)
            {
                return new Refusal(409, RefusalCodes.QuotaReached, $"{feed.Items.Count} of {MostLists} lists are in use. Delete one first.");
            }

            var list = new AllowList { Name = name!, Note = Text(request.Note), CreatedAt = time.GetUtcNow() };
            Fill(list, entries, actor);
            db.Add(list);
            db.Add(Entry(actor, "list.created", list.Name, $"was made with {Count(entries.Count)}."));
            return await PublishAsync(db, list, cancellationToken);
        },
        cancellationToken);

    /// <summary>Makes a list hold what is given; rules that stay keep their history.</summary>
    public Task<Outcome<AllowListStatus>> ChangeAsync(string name, AllowListRequest request, Actor actor, Faults faults, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<AllowListStatus>>(
        async db =>
        {
            if (!actor.IsAdmin)
            {
                return AdminsOnly;
            }

            if (await db.Set<AllowList>().Include(row => row.Entries).SingleOrDefaultAsync(row => row.Name == name, cancellationToken) is not { } list)
            {
                return Refusal.NotFound("list");
            }

            var wanted = AllowListRules.Read(request, list, time, faults);
            if (faults.Count > 0)
            {
                return faults;
            }

            list.Note = request.Note is null ? list.Note : Text(request.Note);
            var said = request.Entries is null ? "has another note." : Move(list, wanted, actor);
            db.Add(Entry(actor, "list.changed", name, said));
            return await PublishAsync(db, list, cancellationToken);
        },
        cancellationToken);

    /// <summary>Deletes a list that no port names; one that is gone already is no error.</summary>
    /// <param name="users">The ports that name it, in words, as they are in this turn.</param>
    public Task<Outcome<bool>> DeleteAsync(string name, Actor actor, Func<IReadOnlyList<string>> users, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<bool>>(
        async db =>
        {
            if (!actor.IsAdmin)
            {
                return AdminsOnly;
            }

            if (await db.Set<AllowList>().SingleOrDefaultAsync(row => row.Name == name, cancellationToken) is not { } list)
            {
                return false;
            }

            if (users() is { Count: > 0 } ports)
            {
                return new Refusal(409, RefusalCodes.InUse, $"The list “{name}” is in use by {Shown(ports)}. Take it out there first.");
            }

            db.Remove(list);
            db.Add(Entry(actor, "list.deleted", name, "was deleted."));
            await db.SaveChangesAsync(cancellationToken);
            feed.Remove(name);
            return true;
        },
        cancellationToken);

    /// <summary>Who changed the list, when, and how: newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> HistoryAsync(string name, CancellationToken cancellationToken)
    {
        var start = Start(name);
        return await database.RunAsync(db => db.Set<AuditEntry>().AsNoTracking()
            .Where(entry => entry.Action.StartsWith("list.") && entry.Reason.StartsWith(start))
            .OrderByDescending(entry => entry.Id)
            .Take(100)
            .ToListAsync(cancellationToken));
    }

    private async Task<Outcome<AllowListStatus>> PublishAsync(PortPortalDbContext db, AllowList list, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        var status = AllowListStatus.Of(list);
        feed.Publish(status);
        return status;
    }

    private string Move(AllowList list, IReadOnlyList<AllowedEntryRequest> wanted, Actor actor)
    {
        var gone = list.Entries.Where(entry => !wanted.Any(want => want.Rule == entry.Rule)).ToList();
        var changed = new List<string>();
        foreach (var entry in gone)
        {
            list.Entries.Remove(entry);
        }

        foreach (var entry in list.Entries)
        {
            var want = wanted.First(want => want.Rule == entry.Rule);
            if (entry.Until != want.Until || entry.Note != want.Note)
            {
                (entry.Until, entry.Note) = (want.Until, want.Note);
                changed.Add(entry.Rule);
            }
        }

        var added = wanted.Where(want => !list.Entries.Any(entry => entry.Rule == want.Rule)).ToList();
        Fill(list, added, actor);
        string?[] parts = [Part("got", added.ConvertAll(want => want.Rule!)), Part("lost", gone.ConvertAll(entry => entry.Rule)), Part("has another end or note for", changed)];
        return string.Join("; ", parts.OfType<string>()) is { Length: > 0 } said ? $"{said}." : "stayed as it was.";
    }

    private void Fill(AllowList list, IEnumerable<AllowedEntryRequest> entries, Actor actor)
    {
        foreach (var entry in entries)
        {
            list.Entries.Add(new() { ListName = list.Name, Rule = entry.Rule!, Until = entry.Until, Note = entry.Note, AddedBy = actor.Name, AddedAt = time.GetUtcNow() });
        }
    }

    private AuditEntry Entry(Actor actor, string action, string name, string said) => AuditEntry.By(actor, time, action, Start(name) + said);

    /// <summary>Every entry about a list begins so, which is how its history is found.</summary>
    private static string Start(string name) => $"The list “{name}” ";

    private static string? Part(string verb, List<string> rules) => rules.Count == 0 ? null : $"{verb} {Shown(rules)}";

    /// <remarks>A rule is at most 260 characters long; the audit takes a thousand.</remarks>
    private static string Shown(IReadOnlyList<string> words) => words.Sum(word => word.Length) < 260 && words.Count <= ShownRules
        ? string.Join(", ", words)
        : $"{(words[0].Length < 200 ? words[0] : words[0][..200] + "…")} and {words.Count - 1} more";

    private static string Count(int rules) => rules == 1 ? "1 rule" : $"{rules} rules";

    private static string? Text(string? note) => note?.Trim() is { Length: > 0 } text ? text : null;
}
