using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PortPortal.Engine.AllowLists;

/// <summary>A named set of e-mail rules that ports share, as the database keeps it.</summary>
internal sealed class AllowList
{
    public const int NoteLength = 200;

    public required string Name { get; init; }

    /// <summary>What it is for, in a few words.</summary>
    public string? Note { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public IList<AllowListEntry> Entries { get; } = [];
}

/// <summary>One rule of a list.</summary>
internal sealed class AllowListEntry
{
    public int Id { get; init; }

    public required string ListName { get; init; }

    /// <summary>In its one spelling, without its end.</summary>
    public required string Rule { get; init; }

    public DateTimeOffset? Until { get; set; }

    public string? Note { get; set; }

    public required string AddedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }
}

internal sealed class AllowListConfiguration : IEntityTypeConfiguration<AllowList>, IEntityTypeConfiguration<AllowListEntry>
{
    public void Configure(EntityTypeBuilder<AllowList> builder)
    {
        builder.ToTable("AllowLists");
        builder.HasKey(list => list.Name);
        builder.Property(list => list.Name).HasMaxLength(63);
        builder.Property(list => list.Note).HasMaxLength(AllowList.NoteLength);
        builder.HasMany(list => list.Entries).WithOne().HasForeignKey(entry => entry.ListName);
    }

    public void Configure(EntityTypeBuilder<AllowListEntry> builder)
    {
        builder.ToTable("AllowListEntries");
        builder.Property(entry => entry.ListName).HasMaxLength(63);
        builder.Property(entry => entry.Rule).HasMaxLength(260);
        builder.Property(entry => entry.Note).HasMaxLength(AllowList.NoteLength);
        builder.Property(entry => entry.AddedBy).HasMaxLength(320);
        builder.HasIndex(entry => new { entry.ListName, entry.Rule }).IsUnique();
    }
}
