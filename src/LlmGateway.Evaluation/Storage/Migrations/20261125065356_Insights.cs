using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Evaluation.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Insights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "insights",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    eval_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    run_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    plan = table.Column<string>(type: "TEXT", nullable: false),
                    report = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    error_code = table.Column<string>(type: "TEXT", nullable: true),
                    error_message = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_insights", x => x.id);
                    table.ForeignKey(
                        name: "FK_insights_evals_eval_id",
                        column: x => x.eval_id,
                        principalTable: "evals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "insight_items",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    insight_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    place = table.Column<int>(type: "INTEGER", nullable: false),
                    output_item_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    index = table.Column<int>(type: "INTEGER", nullable: false),
                    is_control = table.Column<bool>(type: "INTEGER", nullable: false),
                    label = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    evidence = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_insight_items", x => x.id);
                    table.ForeignKey(
                        name: "FK_insight_items_insights_insight_id",
                        column: x => x.insight_id,
                        principalTable: "insights",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_insight_items_insight_id_place",
                table: "insight_items",
                columns: new[] { "insight_id", "place" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_insights_eval_id",
                table: "insights",
                column: "eval_id");

            migrationBuilder.CreateIndex(
                name: "IX_insights_project_id_created_at_id",
                table: "insights",
                columns: new[] { "project_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_insights_status_id",
                table: "insights",
                columns: new[] { "status", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "insight_items");

            migrationBuilder.DropTable(
                name: "insights");
        }
    }
}
