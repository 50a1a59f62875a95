using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.FineTuning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Jobs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "fine_tuning_checkpoints",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    job_id = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: false),
                    metrics = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fine_tuning_checkpoints", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "fine_tuning_events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<string>(type: "TEXT", nullable: true),
                    job_id = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    level = table.Column<string>(type: "TEXT", nullable: false),
                    message = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    data = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fine_tuning_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "fine_tuning_jobs",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", nullable: true),
                    request_id = table.Column<string>(type: "TEXT", nullable: true),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    metadata = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true),
                    shown_status = table.Column<string>(type: "TEXT", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    backend = table.Column<string>(type: "TEXT", nullable: false),
                    backend_model = table.Column<string>(type: "TEXT", nullable: false),
                    seed = table.Column<long>(type: "INTEGER", nullable: false),
                    dataset_version = table.Column<string>(type: "TEXT", nullable: true),
                    held_stage = table.Column<string>(type: "TEXT", nullable: true),
                    backend_training_file = table.Column<string>(type: "TEXT", nullable: true),
                    backend_validation_file = table.Column<string>(type: "TEXT", nullable: true),
                    backend_job = table.Column<string>(type: "TEXT", nullable: true),
                    last_backend_event = table.Column<string>(type: "TEXT", nullable: true),
                    backend_fine_tuned_model = table.Column<string>(type: "TEXT", nullable: true),
                    fine_tuned_model = table.Column<string>(type: "TEXT", nullable: true),
                    hyperparameters = table.Column<string>(type: "TEXT", nullable: true),
                    trained_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    estimated_finish = table.Column<long>(type: "INTEGER", nullable: true),
                    error_code = table.Column<string>(type: "TEXT", nullable: true),
                    error_message = table.Column<string>(type: "TEXT", nullable: true),
                    error_param = table.Column<string>(type: "TEXT", nullable: true),
                    announcement_id = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fine_tuning_jobs", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_fine_tuning_checkpoints_job_id_step",
                table: "fine_tuning_checkpoints",
                columns: new[] { "job_id", "step" });

            migrationBuilder.CreateIndex(
                name: "IX_fine_tuning_events_id",
                table: "fine_tuning_events",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_fine_tuning_events_job_id_sequence",
                table: "fine_tuning_events",
                columns: new[] { "job_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_fine_tuning_jobs_project_id_id",
                table: "fine_tuning_jobs",
                columns: new[] { "project_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_fine_tuning_jobs_project_id_request_id",
                table: "fine_tuning_jobs",
                columns: new[] { "project_id", "request_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_fine_tuning_jobs_status_lease_until",
                table: "fine_tuning_jobs",
                columns: new[] { "status", "lease_until" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "fine_tuning_checkpoints");

            migrationBuilder.DropTable(
                name: "fine_tuning_events");

            migrationBuilder.DropTable(
                name: "fine_tuning_jobs");
        }
    }
}
