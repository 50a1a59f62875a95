using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Evaluation.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OnlineRules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "online_rules",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    eval_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    filter = table.Column<string>(type: "TEXT", nullable: false),
                    rate = table.Column<double>(type: "REAL", nullable: false),
                    delay_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    daily_items = table.Column<int>(type: "INTEGER", nullable: true),
                    watermark = table.Column<Guid>(type: "TEXT", nullable: true),
                    looked_until = table.Column<long>(type: "INTEGER", nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    day_items = table.Column<int>(type: "INTEGER", nullable: false),
                    counts = table.Column<string>(type: "TEXT", nullable: false),
                    pause_code = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    pause_message = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_online_rules", x => x.id);
                    table.ForeignKey(
                        name: "FK_online_rules_evals_eval_id",
                        column: x => x.eval_id,
                        principalTable: "evals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "online_calls",
                columns: table => new
                {
                    rule_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    inference_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_online_calls", x => new { x.rule_id, x.inference_id });
                    table.ForeignKey(
                        name: "FK_online_calls_online_rules_rule_id",
                        column: x => x.rule_id,
                        principalTable: "online_rules",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "online_runs",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    rule_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    is_settled = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_online_runs", x => x.run_id);
                    table.ForeignKey(
                        name: "FK_online_runs_online_rules_rule_id",
                        column: x => x.rule_id,
                        principalTable: "online_rules",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_online_runs_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_online_rules_eval_id_name",
                table: "online_rules",
                columns: new[] { "eval_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_online_rules_status_id",
                table: "online_rules",
                columns: new[] { "status", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_online_runs_rule_id_is_settled",
                table: "online_runs",
                columns: new[] { "rule_id", "is_settled" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "online_calls");

            migrationBuilder.DropTable(
                name: "online_runs");

            migrationBuilder.DropTable(
                name: "online_rules");
        }
    }
}
