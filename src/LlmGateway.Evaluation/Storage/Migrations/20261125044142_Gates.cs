using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Evaluation.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Gates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_comparisons_eval_id",
                table: "comparisons");

            migrationBuilder.CreateTable(
                name: "gates",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    eval_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    content = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates", x => x.id);
                    table.ForeignKey(
                        name: "FK_gates_evals_eval_id",
                        column: x => x.eval_id,
                        principalTable: "evals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_comparisons_eval_id_created_at_id",
                table: "comparisons",
                columns: new[] { "eval_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_gates_eval_id_created_at_id",
                table: "gates",
                columns: new[] { "eval_id", "created_at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "gates");

            migrationBuilder.DropIndex(
                name: "IX_comparisons_eval_id_created_at_id",
                table: "comparisons");

            migrationBuilder.CreateIndex(
                name: "IX_comparisons_eval_id",
                table: "comparisons",
                column: "eval_id");
        }
    }
}
