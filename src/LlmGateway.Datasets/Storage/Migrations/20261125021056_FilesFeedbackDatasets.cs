using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.Migrations
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
                    version_id = table.Column<string>(type: "TEXT", nullable: false),
                    place = table.Column<int>(type: "INTEGER", nullable: false),
                    item_id = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    input = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: true),
                    metadata = table.Column<string>(type: "TEXT", nullable: true),
                    split = table.Column<string>(type: "TEXT", nullable: true),
                    is_supervised = table.Column<bool>(type: "INTEGER", nullable: false),
                    inference_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    feedback_id = table.Column<string>(type: "TEXT", nullable: true),
                    line = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_items", x => new { x.version_id, x.place });
                });

            migrationBuilder.CreateTable(
                name: "dataset_versions",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    dataset_id = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: true),
                    content_hash = table.Column<string>(type: "TEXT", nullable: true),
                    items = table.Column<int>(type: "INTEGER", nullable: false),
                    splits = table.Column<string>(type: "TEXT", nullable: false),
                    dropped = table.Column<string>(type: "TEXT", nullable: false),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_versions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "datasets",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    metadata = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    archived_at_micros = table.Column<long>(type: "INTEGER", nullable: true),
                    last_version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_datasets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "feedback",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    inference_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    body_id = table.Column<string>(type: "TEXT", nullable: true),
                    episode_id = table.Column<string>(type: "TEXT", nullable: true),
                    metric = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<double>(type: "REAL", nullable: true),
                    text = table.Column<string>(type: "TEXT", nullable: true),
                    comment = table.Column<string>(type: "TEXT", nullable: true),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    idempotency_key = table.Column<string>(type: "TEXT", nullable: true),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_feedback", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "feedback_metrics",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    optimize = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_feedback_metrics", x => new { x.project_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "files",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    filename = table.Column<string>(type: "TEXT", nullable: false),
                    purpose = table.Column<string>(type: "TEXT", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at_micros = table.Column<long>(type: "INTEGER", nullable: true)
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
                name: "files");
        }
    }
}
