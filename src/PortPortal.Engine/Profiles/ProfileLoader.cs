using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Profiles;

/// <summary>Fills the book at start, before any session is looked at; the first start writes what is built in.</summary>
internal sealed class ProfileLoader(Database database, ProfileBook book) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var profiles = await db.Set<Profile>().AsNoTracking().ToListAsync(cancellationToken);
            var policy = await db.Set<PortalPolicy>().AsNoTracking().SingleOrDefaultAsync(cancellationToken) ?? new PortalPolicy();
            if (profiles.Count == 0)
            {
                db.AddRange(ProfileBook.BuiltIn);
                db.Add(policy);
                await db.SaveChangesAsync(cancellationToken);
                profiles.AddRange(ProfileBook.BuiltIn);
            }

            book.Replace(policy, profiles);
        },
        cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
