using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Evaluation.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Repetitions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_output_items_run_id_index",
                table: "output_items");

            migrationBuilder.DropIndex(
                name: "IX_output_items_run_id_status_index",
                table: "output_items");

            migrationBuilder.AddColumn<int>(
                name: "repetition",
                table: "output_items",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateIndex(
                name: "IX_output_items_run_id_index_repetition",
                table: "output_items",
                columns: new[] { "run_id", "index", "repetition" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_output_items_run_id_status_index_repetition",
                table: "output_items",
                columns: new[] { "run_id", "status", "index", "repetition" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_output_items_run_id_index_repetition",
                table: "output_items");

            migrationBuilder.DropIndex(
                name: "IX_output_items_run_id_status_index_repetition",
                table: "output_items");

            migrationBuilder.DropColumn(
                name: "repetition",
                table: "output_items");

            migrationBuilder.CreateIndex(
                name: "IX_output_items_run_id_index",
                table: "output_items",
                columns: new[] { "run_id", "index" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_output_items_run_id_status_index",
                table: "output_items",
                columns: new[] { "run_id", "status", "index" });
        }
    }
}
