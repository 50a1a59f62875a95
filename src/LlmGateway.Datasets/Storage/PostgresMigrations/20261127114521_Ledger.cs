using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Ledger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "explanation",
                table: "inferences",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ledger",
                columns: table => new
                {
                    inference_id = table.Column<Guid>(type: "uuid", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    project_id = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: true),
                    model = table.Column<string>(type: "text", nullable: true),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    cache = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true),
                    input_tokens = table.Column<long>(type: "bigint", nullable: true),
                    cached_input_tokens = table.Column<long>(type: "bigint", nullable: true),
                    cache_write_tokens = table.Column<long>(type: "bigint", nullable: true),
                    cache_write1h_tokens = table.Column<long>(type: "bigint", nullable: true),
                    audio_input_tokens = table.Column<long>(type: "bigint", nullable: true),
                    output_tokens = table.Column<long>(type: "bigint", nullable: true),
                    reasoning_tokens = table.Column<long>(type: "bigint", nullable: true),
                    audio_output_tokens = table.Column<long>(type: "bigint", nullable: true),
                    estimated = table.Column<bool>(type: "boolean", nullable: false),
                    cost_nano_usd = table.Column<long>(type: "bigint", nullable: true),
                    saved_nano_usd = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger", x => new { x.inference_id, x.attempt });
                });

            // As the calls' own tables: by ranges of the id, which are ranges of time.
            migrationBuilder.Sql("""
                ALTER TABLE ledger RENAME TO ledger_default;
                CREATE TABLE ledger (LIKE ledger_default INCLUDING ALL) PARTITION BY RANGE (inference_id);
                ALTER TABLE ledger ATTACH PARTITION ledger_default DEFAULT;
                """);

            migrationBuilder.CreateIndex(
                name: "IX_ledger_project_id_inference_id",
                table: "ledger",
                columns: new[] { "project_id", "inference_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ledger");

            migrationBuilder.DropColumn(
                name: "explanation",
                table: "inferences");
        }
    }
}
