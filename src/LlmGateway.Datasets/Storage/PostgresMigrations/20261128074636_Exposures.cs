using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.PostgresMigrations
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
                    inference_id = table.Column<Guid>(type: "uuid", nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    experiment_id = table.Column<string>(type: "text", nullable: false),
                    stage = table.Column<int>(type: "integer", nullable: false),
                    variant = table.Column<string>(type: "text", nullable: false),
                    unit = table.Column<long>(type: "bigint", nullable: false),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false),
                    duration_micros = table.Column<long>(type: "bigint", nullable: true),
                    cost_nano_usd = table.Column<long>(type: "bigint", nullable: true),
                    body_id = table.Column<string>(type: "text", nullable: true),
                    episode_id = table.Column<string>(type: "text", nullable: true)
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
                name: "IX_exposures_project_id_experiment_id_stage_variant_unit_faile~",
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
