using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.Migrations
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
                type: "TEXT",
                nullable: true);

            // In the order of its key, without numbers of its own: rows come in that order, and one tree is written less.
            migrationBuilder.Sql("""
                CREATE TABLE "ledger" (
                    "inference_id" BLOB NOT NULL,
                    "attempt" INTEGER NOT NULL,
                    "project_id" TEXT NOT NULL,
                    "key_id" TEXT NULL,
                    "model" TEXT NULL,
                    "created_at_micros" INTEGER NOT NULL,
                    "state" INTEGER NOT NULL,
                    "cache" INTEGER NOT NULL,
                    "status" INTEGER NULL,
                    "error" TEXT NULL,
                    "input_tokens" INTEGER NULL,
                    "cached_input_tokens" INTEGER NULL,
                    "cache_write_tokens" INTEGER NULL,
                    "cache_write1h_tokens" INTEGER NULL,
                    "audio_input_tokens" INTEGER NULL,
                    "output_tokens" INTEGER NULL,
                    "reasoning_tokens" INTEGER NULL,
                    "audio_output_tokens" INTEGER NULL,
                    "estimated" INTEGER NOT NULL,
                    "cost_nano_usd" INTEGER NULL,
                    "saved_nano_usd" INTEGER NULL,
                    CONSTRAINT "PK_ledger" PRIMARY KEY ("inference_id", "attempt")
                ) WITHOUT ROWID;
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
