using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PortPortal.Engine.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class LinksListsForwardsNodes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "ContainerId",
                table: "Sessions",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "AllowedPeople",
                table: "Exposures",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<TimeSpan>(
                name: "CloseAfterIdle",
                table: "Exposures",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ClosedBy",
                table: "Exposures",
                type: "TEXT",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Notice",
                table: "Exposures",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Source",
                table: "Exposures",
                type: "TEXT",
                maxLength: 32,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "AccessRequests",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    ExposureId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    From = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    AskedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    DecidedBy = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    DecidedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AccessRequests", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AccessRequests_Exposures_ExposureId",
                        column: x => x.ExposureId,
                        principalTable: "Exposures",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AllowLists",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AllowLists", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "KeptOut",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    ExposureId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    UserId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    Address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_KeptOut", x => x.Id);
                    table.ForeignKey(
                        name: "FK_KeptOut_Exposures_ExposureId",
                        column: x => x.ExposureId,
                        principalTable: "Exposures",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Nodes",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    Host = table.Column<string>(type: "TEXT", maxLength: 253, nullable: true),
                    TunnelAddress = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    TokenHash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: true),
                    TokenExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    PublicKey = table.Column<byte[]>(type: "BLOB", maxLength: 128, nullable: true),
                    TunnelKey = table.Column<string>(type: "TEXT", maxLength: 44, nullable: true),
                    JoinedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    DrainingSince = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Nodes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Policy",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    WidestAccess = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    DefaultAccess = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    MaxLinkLife = table.Column<TimeSpan>(type: "TEXT", nullable: false),
                    BearerLinks = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Policy", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PortForwards",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    SessionId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    GuestPort = table.Column<int>(type: "INTEGER", nullable: false),
                    PublicPort = table.Column<int>(type: "INTEGER", nullable: false),
                    NodeId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Mark = table.Column<int>(type: "INTEGER", nullable: false),
                    Label = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    Sources = table.Column<string>(type: "TEXT", nullable: false),
                    Knock = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ClosedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PortForwards", x => x.Id);
                    table.ForeignKey(
                        name: "FK_PortForwards_Sessions_SessionId",
                        column: x => x.SessionId,
                        principalTable: "Sessions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "PreviewKeys",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    KeyProtected = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PreviewKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PreviewLinks",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    ExposureId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    RevokedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PreviewLinks", x => x.Id);
                    table.ForeignKey(
                        name: "FK_PreviewLinks_Exposures_ExposureId",
                        column: x => x.ExposureId,
                        principalTable: "Exposures",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Profiles",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    MaxExposedPorts = table.Column<int>(type: "INTEGER", nullable: false),
                    MaxForwardedPorts = table.Column<int>(type: "INTEGER", nullable: false),
                    WidestAccess = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    OpenPorts = table.Column<bool>(type: "INTEGER", nullable: false),
                    DefaultLinkLife = table.Column<TimeSpan>(type: "TEXT", nullable: false),
                    MaxLinkLife = table.Column<TimeSpan>(type: "TEXT", nullable: false),
                    BearerLinks = table.Column<bool>(type: "INTEGER", nullable: false),
                    RequestsPerSecond = table.Column<double>(type: "REAL", nullable: false),
                    RequestBurst = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Profiles", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "RevokedGrants",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    ExposureId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    EndsAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RevokedGrants", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RevokedGrants_Exposures_ExposureId",
                        column: x => x.ExposureId,
                        principalTable: "Exposures",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ShareLinks",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    ExposureId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    TokenHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    TokenProtected = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    TokenStart = table.Column<string>(type: "TEXT", maxLength: 4, nullable: false),
                    Label = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    StartPath = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    Bearer = table.Column<bool>(type: "INTEGER", nullable: false),
                    IsBirthLink = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    MaxUses = table.Column<int>(type: "INTEGER", nullable: true),
                    Uses = table.Column<int>(type: "INTEGER", nullable: false),
                    LastUsedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LastUsedFrom = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    RevokedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RevokedBy = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ShareLinks", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ShareLinks_Exposures_ExposureId",
                        column: x => x.ExposureId,
                        principalTable: "Exposures",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AllowListEntries",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ListName = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    Rule = table.Column<string>(type: "TEXT", maxLength: 260, nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: true),
                    Note = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    AddedBy = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    AddedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AllowListEntries", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AllowListEntries_AllowLists_ListName",
                        column: x => x.ListName,
                        principalTable: "AllowLists",
                        principalColumn: "Name",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ShareLinkUses",
                columns: table => new
                {
                    LinkId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Browser = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ShareLinkUses", x => new { x.LinkId, x.Browser });
                    table.ForeignKey(
                        name: "FK_ShareLinkUses_ShareLinks_LinkId",
                        column: x => x.LinkId,
                        principalTable: "ShareLinks",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AccessRequests_ExposureId_Email",
                table: "AccessRequests",
                columns: new[] { "ExposureId", "Email" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AllowListEntries_ListName_Rule",
                table: "AllowListEntries",
                columns: new[] { "ListName", "Rule" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_KeptOut_ExposureId",
                table: "KeptOut",
                column: "ExposureId");

            migrationBuilder.CreateIndex(
                name: "IX_Nodes_Name",
                table: "Nodes",
                column: "Name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Nodes_TunnelAddress",
                table: "Nodes",
                column: "TunnelAddress",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PortForwards_NodeId_Mark",
                table: "PortForwards",
                columns: new[] { "NodeId", "Mark" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PortForwards_NodeId_PublicPort",
                table: "PortForwards",
                columns: new[] { "NodeId", "PublicPort" },
                unique: true,
                filter: "\"ClosedAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_PortForwards_SessionId",
                table: "PortForwards",
                column: "SessionId");

            migrationBuilder.CreateIndex(
                name: "IX_PreviewLinks_ExposureId",
                table: "PreviewLinks",
                column: "ExposureId");

            migrationBuilder.CreateIndex(
                name: "IX_RevokedGrants_EndsAt",
                table: "RevokedGrants",
                column: "EndsAt");

            migrationBuilder.CreateIndex(
                name: "IX_RevokedGrants_ExposureId",
                table: "RevokedGrants",
                column: "ExposureId");

            migrationBuilder.CreateIndex(
                name: "IX_ShareLinks_ExposureId",
                table: "ShareLinks",
                column: "ExposureId");

            migrationBuilder.CreateIndex(
                name: "IX_ShareLinks_TokenHash",
                table: "ShareLinks",
                column: "TokenHash",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AccessRequests");

            migrationBuilder.DropTable(
                name: "AllowListEntries");

            migrationBuilder.DropTable(
                name: "KeptOut");

            migrationBuilder.DropTable(
                name: "Nodes");

            migrationBuilder.DropTable(
                name: "Policy");

            migrationBuilder.DropTable(
                name: "PortForwards");

            migrationBuilder.DropTable(
                name: "PreviewKeys");

            migrationBuilder.DropTable(
                name: "PreviewLinks");

            migrationBuilder.DropTable(
                name: "Profiles");

            migrationBuilder.DropTable(
                name: "RevokedGrants");

            migrationBuilder.DropTable(
                name: "ShareLinkUses");

            migrationBuilder.DropTable(
                name: "AllowLists");

            migrationBuilder.DropTable(
                name: "ShareLinks");

            migrationBuilder.DropColumn(
                name: "ContainerId",
                table: "Sessions");

            migrationBuilder.DropColumn(
                name: "AllowedPeople",
                table: "Exposures");

            migrationBuilder.DropColumn(
                name: "CloseAfterIdle",
                table: "Exposures");

            migrationBuilder.DropColumn(
                name: "ClosedBy",
                table: "Exposures");

            migrationBuilder.DropColumn(
                name: "Notice",
                table: "Exposures");

            migrationBuilder.DropColumn(
                name: "Source",
                table: "Exposures");
        }
    }
}
