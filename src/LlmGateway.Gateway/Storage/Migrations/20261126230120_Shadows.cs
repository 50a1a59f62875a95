using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Shadows : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "shadows",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Model = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Share = table.Column<double>(type: "REAL", nullable: false),
                    Candidate = table.Column<string>(type: "TEXT", nullable: false),
                    MaxCostNanoUsd = table.Column<long>(type: "INTEGER", nullable: true),
                    MaxCostNanoUsdPerDay = table.Column<long>(type: "INTEGER", nullable: true),
                    MaxCalls = table.Column<long>(type: "INTEGER", nullable: true),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    StatusReason = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_shadows", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "shadow_ledgers",
                columns: table => new
                {
                    ShadowId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Calls = table.Column<long>(type: "INTEGER", nullable: false),
                    Errors = table.Column<long>(type: "INTEGER", nullable: false),
                    Unpriced = table.Column<long>(type: "INTEGER", nullable: false),
                    Dropped = table.Column<long>(type: "INTEGER", nullable: false),
                    CostNanoUsd = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    DayCostNanoUsd = table.Column<long>(type: "INTEGER", nullable: false),
                    DearestNanoUsd = table.Column<long>(type: "INTEGER", nullable: false),
                    LastError = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_shadow_ledgers", x => x.ShadowId);
                    table.ForeignKey(
                        name: "FK_shadow_ledgers_shadows_ShadowId",
                        column: x => x.ShadowId,
                        principalTable: "shadows",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_shadows_ProjectId_Name",
                table: "shadows",
                columns: new[] { "ProjectId", "Name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "shadow_ledgers");

            migrationBuilder.DropTable(
                name: "shadows");
        }
    }
}
