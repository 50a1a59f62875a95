using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.PostgresMigrations
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
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    request = table.Column<byte[]>(type: "bytea", nullable: false),
                    response = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inference_bodies", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "inference_metadata",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    inference_id = table.Column<Guid>(type: "uuid", nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inference_metadata", x => new { x.inference_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "inferences",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: true),
                    operation = table.Column<string>(type: "text", nullable: false),
                    purpose = table.Column<string>(type: "text", nullable: false),
                    body_id = table.Column<string>(type: "text", nullable: true),
                    requested_model = table.Column<string>(type: "text", nullable: false),
                    model = table.Column<string>(type: "text", nullable: true),
                    provider = table.Column<string>(type: "text", nullable: true),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false),
                    duration_micros = table.Column<long>(type: "bigint", nullable: false),
                    time_to_first_token_micros = table.Column<long>(type: "bigint", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: false),
                    outcome = table.Column<int>(type: "integer", nullable: false),
                    error_code = table.Column<string>(type: "text", nullable: true),
                    streamed = table.Column<bool>(type: "boolean", nullable: false),
                    cache = table.Column<int>(type: "integer", nullable: false),
                    finish_reason = table.Column<string>(type: "text", nullable: true),
                    input_tokens = table.Column<long>(type: "bigint", nullable: true),
                    output_tokens = table.Column<long>(type: "bigint", nullable: true),
                    cached_input_tokens = table.Column<long>(type: "bigint", nullable: true),
                    reasoning_tokens = table.Column<long>(type: "bigint", nullable: true),
                    usage_estimated = table.Column<bool>(type: "boolean", nullable: false),
                    cost_nano_usd = table.Column<long>(type: "bigint", nullable: true),
                    end_user = table.Column<string>(type: "text", nullable: true),
                    episode_id = table.Column<string>(type: "text", nullable: true),
                    trace_id = table.Column<string>(type: "text", nullable: true),
                    request_bytes = table.Column<long>(type: "bigint", nullable: false),
                    response_bytes = table.Column<long>(type: "bigint", nullable: false),
                    bodies_kept = table.Column<bool>(type: "boolean", nullable: false),
                    attempts = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inferences", x => x.id);
                });

            // Packed already, or too short to be worth it.
            migrationBuilder.Sql("ALTER TABLE inference_bodies ALTER request SET STORAGE EXTERNAL, ALTER response SET STORAGE EXTERNAL;");

            Partition(migrationBuilder, "inferences", "id");
            Partition(migrationBuilder, "inference_bodies", "id");
            Partition(migrationBuilder, "inference_metadata", "inference_id");

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

        /// <summary>
        /// Divides a table by ranges of its UUIDv7 key, which are ranges of time. The table as it was made becomes the
        /// default partition: it takes what no other one holds. The others are made while the service runs.
        /// </summary>
        private static void Partition(MigrationBuilder migrationBuilder, string table, string key) => migrationBuilder.Sql($"""
            ALTER TABLE {table} RENAME TO {table}_default;
            CREATE TABLE {table} (LIKE {table}_default INCLUDING ALL) PARTITION BY RANGE ({key});
            ALTER TABLE {table} ATTACH PARTITION {table}_default DEFAULT;
            """);

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
