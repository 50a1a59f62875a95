using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace LlmGateway.FineTuning.Storage.PostgresMigrations
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
                    id = table.Column<string>(type: "text", nullable: false),
                    job_id = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    step = table.Column<long>(type: "bigint", nullable: false),
                    metrics = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fine_tuning_checkpoints", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "fine_tuning_events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<string>(type: "text", nullable: true),
                    job_id = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    level = table.Column<string>(type: "text", nullable: false),
                    message = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    data = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fine_tuning_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "fine_tuning_jobs",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: true),
                    request_id = table.Column<string>(type: "text", nullable: true),
                    request = table.Column<string>(type: "text", nullable: false),
                    metadata = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    finished_at = table.Column<long>(type: "bigint", nullable: true),
                    shown_status = table.Column<string>(type: "text", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    backend = table.Column<string>(type: "text", nullable: false),
                    backend_model = table.Column<string>(type: "text", nullable: false),
                    seed = table.Column<long>(type: "bigint", nullable: false),
                    dataset_version = table.Column<string>(type: "text", nullable: true),
                    held_stage = table.Column<string>(type: "text", nullable: true),
                    backend_training_file = table.Column<string>(type: "text", nullable: true),
                    backend_validation_file = table.Column<string>(type: "text", nullable: true),
                    backend_job = table.Column<string>(type: "text", nullable: true),
                    last_backend_event = table.Column<string>(type: "text", nullable: true),
                    backend_fine_tuned_model = table.Column<string>(type: "text", nullable: true),
                    fine_tuned_model = table.Column<string>(type: "text", nullable: true),
                    hyperparameters = table.Column<string>(type: "text", nullable: true),
                    trained_tokens = table.Column<long>(type: "bigint", nullable: true),
                    estimated_finish = table.Column<long>(type: "bigint", nullable: true),
                    error_code = table.Column<string>(type: "text", nullable: true),
                    error_message = table.Column<string>(type: "text", nullable: true),
                    error_param = table.Column<string>(type: "text", nullable: true),
                    announcement_id = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "bigint", nullable: true),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    fence = table.Column<long>(type: "bigint", nullable: false)
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
