using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace LlmGateway.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Settings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "project_models_version");

            migrationBuilder.CreateTable(
                name: "settings_versions",
                columns: table => new
                {
                    Kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settings_versions", x => x.Kind);
                });

            migrationBuilder.InsertData(
                table: "settings_versions",
                columns: new[] { "Kind", "Version" },
                values: new object[,]
                {
                    { "guardrails", 0L },
                    { "models", 0L },
                    { "prompts", 0L },
                    { "semantic_caches", 0L },
                    { "shadows", 0L }
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "settings_versions");

            migrationBuilder.CreateTable(
                name: "project_models_version",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_project_models_version", x => x.Id);
                });

            migrationBuilder.InsertData(
                table: "project_models_version",
                columns: new[] { "Id", "Version" },
                values: new object[] { 1, 0L });
        }
    }
}
