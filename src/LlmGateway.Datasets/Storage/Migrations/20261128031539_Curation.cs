using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Curation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "level",
                table: "feedback_metrics",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "options",
                table: "feedback_metrics",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "input_schema",
                table: "datasets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "reference_schema",
                table: "datasets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "report",
                table: "dataset_versions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "called_at_micros",
                table: "dataset_items",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "end_user",
                table: "dataset_items",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "episode_id",
                table: "dataset_items",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "rejected",
                table: "dataset_items",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "dataset_drops",
                columns: table => new
                {
                    version_id = table.Column<string>(type: "TEXT", nullable: false),
                    place = table.Column<int>(type: "INTEGER", nullable: false),
                    step = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: true),
                    item_id = table.Column<string>(type: "TEXT", nullable: false),
                    input = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: true),
                    rejected = table.Column<string>(type: "TEXT", nullable: true),
                    metadata = table.Column<string>(type: "TEXT", nullable: true),
                    inference_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    feedback_id = table.Column<string>(type: "TEXT", nullable: true),
                    line = table.Column<int>(type: "INTEGER", nullable: true),
                    episode_id = table.Column<string>(type: "TEXT", nullable: true),
                    end_user = table.Column<string>(type: "TEXT", nullable: true),
                    called_at_micros = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_drops", x => new { x.version_id, x.place });
                });

            migrationBuilder.CreateTable(
                name: "dataset_uses",
                columns: table => new
                {
                    version_id = table.Column<string>(type: "TEXT", nullable: false),
                    used_by = table.Column<string>(type: "TEXT", nullable: false),
                    split = table.Column<string>(type: "TEXT", nullable: false),
                    role = table.Column<string>(type: "TEXT", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_uses", x => new { x.version_id, x.used_by, x.split, x.role });
                });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_drops_version_id_reason_place",
                table: "dataset_drops",
                columns: new[] { "version_id", "reason", "place" });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_uses_project_id_used_by",
                table: "dataset_uses",
                columns: new[] { "project_id", "used_by" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dataset_drops");

            migrationBuilder.DropTable(
                name: "dataset_uses");

            migrationBuilder.DropColumn(
                name: "level",
                table: "feedback_metrics");

            migrationBuilder.DropColumn(
                name: "options",
                table: "feedback_metrics");

            migrationBuilder.DropColumn(
                name: "input_schema",
                table: "datasets");

            migrationBuilder.DropColumn(
                name: "reference_schema",
                table: "datasets");

            migrationBuilder.DropColumn(
                name: "report",
                table: "dataset_versions");

            migrationBuilder.DropColumn(
                name: "called_at_micros",
                table: "dataset_items");

            migrationBuilder.DropColumn(
                name: "end_user",
                table: "dataset_items");

            migrationBuilder.DropColumn(
                name: "episode_id",
                table: "dataset_items");

            migrationBuilder.DropColumn(
                name: "rejected",
                table: "dataset_items");
        }
    }
}
