using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class FilesFeedbackDatasets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "dataset_items",
                columns: table => new
                {
                    version_id = table.Column<string>(type: "text", nullable: false),
                    place = table.Column<int>(type: "integer", nullable: false),
                    item_id = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    input = table.Column<string>(type: "text", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: true),
                    metadata = table.Column<string>(type: "text", nullable: true),
                    split = table.Column<string>(type: "text", nullable: true),
                    is_supervised = table.Column<bool>(type: "boolean", nullable: false),
                    inference_id = table.Column<Guid>(type: "uuid", nullable: true),
                    feedback_id = table.Column<string>(type: "text", nullable: true),
                    line = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_items", x => new { x.version_id, x.place });
                });

            migrationBuilder.CreateTable(
                name: "dataset_versions",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    dataset_id = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: true),
                    content_hash = table.Column<string>(type: "text", nullable: true),
                    items = table.Column<int>(type: "integer", nullable: false),
                    splits = table.Column<string>(type: "text", nullable: false),
                    dropped = table.Column<string>(type: "text", nullable: false),
                    request = table.Column<string>(type: "text", nullable: false),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_versions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "datasets",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    metadata = table.Column<string>(type: "text", nullable: false),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false),
                    archived_at_micros = table.Column<long>(type: "bigint", nullable: true),
                    last_version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_datasets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "feedback",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    inference_id = table.Column<Guid>(type: "uuid", nullable: true),
                    body_id = table.Column<string>(type: "text", nullable: true),
                    episode_id = table.Column<string>(type: "text", nullable: true),
                    metric = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<double>(type: "double precision", nullable: true),
                    text = table.Column<string>(type: "text", nullable: true),
                    comment = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string>(type: "text", nullable: false),
                    idempotency_key = table.Column<string>(type: "text", nullable: true),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_feedback", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "feedback_metrics",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    optimize = table.Column<string>(type: "text", nullable: false),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_feedback_metrics", x => new { x.project_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "file_chunks",
                columns: table => new
                {
                    file_id = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_file_chunks", x => new { x.file_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "files",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    filename = table.Column<string>(type: "text", nullable: false),
                    purpose = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    sha256 = table.Column<string>(type: "text", nullable: false),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false),
                    expires_at_micros = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_files", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_items_version_id_item_id",
                table: "dataset_items",
                columns: new[] { "version_id", "item_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_dataset_items_version_id_split_place",
                table: "dataset_items",
                columns: new[] { "version_id", "split", "place" });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_versions_dataset_id_content_hash",
                table: "dataset_versions",
                columns: new[] { "dataset_id", "content_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_dataset_versions_dataset_id_id",
                table: "dataset_versions",
                columns: new[] { "dataset_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_versions_dataset_id_number",
                table: "dataset_versions",
                columns: new[] { "dataset_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_dataset_versions_status_id",
                table: "dataset_versions",
                columns: new[] { "status", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_datasets_project_id_id",
                table: "datasets",
                columns: new[] { "project_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_feedback_project_id_body_id",
                table: "feedback",
                columns: new[] { "project_id", "body_id" });

            migrationBuilder.CreateIndex(
                name: "IX_feedback_project_id_episode_id",
                table: "feedback",
                columns: new[] { "project_id", "episode_id" });

            migrationBuilder.CreateIndex(
                name: "IX_feedback_project_id_id",
                table: "feedback",
                columns: new[] { "project_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_feedback_project_id_idempotency_key",
                table: "feedback",
                columns: new[] { "project_id", "idempotency_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_feedback_project_id_inference_id",
                table: "feedback",
                columns: new[] { "project_id", "inference_id" });

            migrationBuilder.CreateIndex(
                name: "IX_feedback_project_id_metric_id",
                table: "feedback",
                columns: new[] { "project_id", "metric", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_files_expires_at_micros",
                table: "files",
                column: "expires_at_micros");

            migrationBuilder.CreateIndex(
                name: "IX_files_project_id_id",
                table: "files",
                columns: new[] { "project_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_files_project_id_purpose_id",
                table: "files",
                columns: new[] { "project_id", "purpose", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dataset_items");

            migrationBuilder.DropTable(
                name: "dataset_versions");

            migrationBuilder.DropTable(
                name: "datasets");

            migrationBuilder.DropTable(
                name: "feedback");

            migrationBuilder.DropTable(
                name: "feedback_metrics");

            migrationBuilder.DropTable(
                name: "file_chunks");

            migrationBuilder.DropTable(
                name: "files");
        }
    }
}
