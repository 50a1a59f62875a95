using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Exposures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "exposures",
                columns: table => new
                {
                    inference_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    experiment_id = table.Column<string>(type: "TEXT", nullable: false),
                    stage = table.Column<int>(type: "INTEGER", nullable: false),
                    variant = table.Column<string>(type: "TEXT", nullable: false),
                    unit = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    failed = table.Column<int>(type: "INTEGER", nullable: false),
                    duration_micros = table.Column<long>(type: "INTEGER", nullable: true),
                    cost_nano_usd = table.Column<long>(type: "INTEGER", nullable: true),
                    body_id = table.Column<string>(type: "TEXT", nullable: true),
                    episode_id = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_exposures", x => x.inference_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_exposures_body_id",
                table: "exposures",
                column: "body_id");

            migrationBuilder.CreateIndex(
                name: "IX_exposures_episode_id",
                table: "exposures",
                column: "episode_id");

            migrationBuilder.CreateIndex(
                name: "IX_exposures_project_id_experiment_id_stage_variant_unit_failed_duration_micros_cost_nano_usd",
                table: "exposures",
                columns: new[] { "project_id", "experiment_id", "stage", "variant", "unit", "failed", "duration_micros", "cost_nano_usd" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "exposures");
        }
    }
}
