using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace LlmGateway.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OperatorRoutes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "disabled_providers",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    KeyId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    DisabledAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_disabled_providers", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "routes",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Definition = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_routes", x => x.Name);
                });

            migrationBuilder.InsertData(
                table: "settings_versions",
                columns: new[] { "Kind", "Version" },
                values: new object[,]
                {
                    { "providers", 0L },
                    { "routes", 0L }
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "disabled_providers");

            migrationBuilder.DropTable(
                name: "routes");

            migrationBuilder.DeleteData(
                table: "settings_versions",
                keyColumn: "Kind",
                keyValue: "providers");

            migrationBuilder.DeleteData(
                table: "settings_versions",
                keyColumn: "Kind",
                keyValue: "routes");
        }
    }
}
