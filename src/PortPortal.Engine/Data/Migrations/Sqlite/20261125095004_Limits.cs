using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PortPortal.Engine.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Limits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Notice",
                table: "Exposures",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Policy");

            migrationBuilder.DropTable(
                name: "Profiles");

            migrationBuilder.DropColumn(
                name: "Notice",
                table: "Exposures");
        }
    }
}
