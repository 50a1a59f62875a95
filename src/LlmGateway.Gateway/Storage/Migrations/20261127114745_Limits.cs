using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Limits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "PreviousHash",
                table: "api_keys",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PreviousUntil",
                table: "api_keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "limit_usage",
                columns: table => new
                {
                    LimitId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Subject = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    WindowStart = table.Column<long>(type: "INTEGER", nullable: false),
                    WindowEnd = table.Column<long>(type: "INTEGER", nullable: true),
                    Used = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_limit_usage", x => new { x.LimitId, x.WindowStart, x.ProjectId, x.Subject });
                });

            migrationBuilder.CreateTable(
                name: "limits",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Definition = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_limits", x => x.Id);
                });

            migrationBuilder.InsertData(
                table: "settings_versions",
                columns: new[] { "Kind", "Version" },
                values: new object[] { "limits", 0L });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_PreviousHash",
                table: "api_keys",
                column: "PreviousHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_limit_usage_WindowEnd",
                table: "limit_usage",
                column: "WindowEnd");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "limit_usage");

            migrationBuilder.DropTable(
                name: "limits");

            migrationBuilder.DropIndex(
                name: "IX_api_keys_PreviousHash",
                table: "api_keys");

            migrationBuilder.DeleteData(
                table: "settings_versions",
                keyColumn: "Kind",
                keyValue: "limits");

            migrationBuilder.DropColumn(
                name: "PreviousHash",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "PreviousUntil",
                table: "api_keys");
        }
    }
}
