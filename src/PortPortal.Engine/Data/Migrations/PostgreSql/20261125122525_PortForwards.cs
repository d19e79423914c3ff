using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PortPortal.Engine.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class PortForwards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "PortForwards",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    SessionId = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    GuestPort = table.Column<int>(type: "integer", nullable: false),
                    PublicPort = table.Column<int>(type: "integer", nullable: false),
                    NodeId = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Mark = table.Column<int>(type: "integer", nullable: false),
                    Label = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    Sources = table.Column<string[]>(type: "text[]", nullable: false),
                    Knock = table.Column<bool>(type: "boolean", nullable: false),
                    CreatedBy = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: true),
                    ClosedAt = table.Column<long>(type: "bigint", nullable: true)
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "PortForwards");
        }
    }
}
