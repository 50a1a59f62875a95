using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.Migrations
{
    /// <inheritdoc />
    public partial class InferenceLog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "inference_bodies",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    request = table.Column<byte[]>(type: "BLOB", nullable: false),
                    response = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inference_bodies", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "inference_metadata",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    inference_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inference_metadata", x => new { x.inference_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "inferences",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", nullable: true),
                    operation = table.Column<string>(type: "TEXT", nullable: false),
                    purpose = table.Column<string>(type: "TEXT", nullable: false),
                    body_id = table.Column<string>(type: "TEXT", nullable: true),
                    requested_model = table.Column<string>(type: "TEXT", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: true),
                    provider = table.Column<string>(type: "TEXT", nullable: true),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    duration_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    time_to_first_token_micros = table.Column<long>(type: "INTEGER", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    outcome = table.Column<int>(type: "INTEGER", nullable: false),
                    error_code = table.Column<string>(type: "TEXT", nullable: true),
                    streamed = table.Column<bool>(type: "INTEGER", nullable: false),
                    cache = table.Column<int>(type: "INTEGER", nullable: false),
                    finish_reason = table.Column<string>(type: "TEXT", nullable: true),
                    input_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    output_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    cached_input_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    reasoning_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    usage_estimated = table.Column<bool>(type: "INTEGER", nullable: false),
                    cost_nano_usd = table.Column<long>(type: "INTEGER", nullable: true),
                    end_user = table.Column<string>(type: "TEXT", nullable: true),
                    episode_id = table.Column<string>(type: "TEXT", nullable: true),
                    trace_id = table.Column<string>(type: "TEXT", nullable: true),
                    request_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    response_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    bodies_kept = table.Column<bool>(type: "INTEGER", nullable: false),
                    attempts = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inferences", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_inference_metadata_project_id_key_value_inference_id",
                table: "inference_metadata",
                columns: new[] { "project_id", "key", "value", "inference_id" });

            migrationBuilder.CreateIndex(
                name: "IX_inferences_created_at_micros_project_id",
                table: "inferences",
                columns: new[] { "created_at_micros", "project_id" });

            migrationBuilder.CreateIndex(
                name: "IX_inferences_project_id_body_id_id",
                table: "inferences",
                columns: new[] { "project_id", "body_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_inferences_project_id_id",
                table: "inferences",
                columns: new[] { "project_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "inference_bodies");

            migrationBuilder.DropTable(
                name: "inference_metadata");

            migrationBuilder.DropTable(
                name: "inferences");
        }
    }
}
