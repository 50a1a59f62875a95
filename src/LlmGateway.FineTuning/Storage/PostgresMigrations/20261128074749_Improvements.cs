using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.FineTuning.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Improvements : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "checks",
                table: "fine_tuning_jobs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "cost_nano_usd",
                table: "fine_tuning_jobs",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "evaluation",
                table: "fine_tuning_jobs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "evaluation_round",
                table: "fine_tuning_jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "hold",
                table: "fine_tuning_jobs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "result_file",
                table: "fine_tuning_jobs",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "improvements",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: true),
                    request = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    finished_at = table.Column<long>(type: "bigint", nullable: true),
                    shown_status = table.Column<string>(type: "text", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: true),
                    round = table.Column<int>(type: "integer", nullable: false),
                    steps = table.Column<string>(type: "text", nullable: false),
                    base_model = table.Column<string>(type: "text", nullable: true),
                    dataset_id = table.Column<string>(type: "text", nullable: true),
                    dataset_version = table.Column<string>(type: "text", nullable: true),
                    job_id = table.Column<string>(type: "text", nullable: true),
                    fine_tuned_model = table.Column<string>(type: "text", nullable: true),
                    attribution_id = table.Column<string>(type: "text", nullable: true),
                    experiment_id = table.Column<string>(type: "text", nullable: true),
                    error_code = table.Column<string>(type: "text", nullable: true),
                    error_message = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "bigint", nullable: true),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    fence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_improvements", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_improvements_project_id_id",
                table: "improvements",
                columns: new[] { "project_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_improvements_status_lease_until",
                table: "improvements",
                columns: new[] { "status", "lease_until" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "improvements");

            migrationBuilder.DropColumn(
                name: "checks",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "cost_nano_usd",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "evaluation",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "evaluation_round",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "hold",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "result_file",
                table: "fine_tuning_jobs");
        }
    }
}
