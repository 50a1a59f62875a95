using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Evaluation.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Batches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "is_loaded",
                table: "runs",
                newName: "retries");

            migrationBuilder.AddColumn<bool>(
                name: "is_announced",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "open_batches",
                table: "runs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_sampled",
                table: "output_items",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "recorded",
                table: "output_items",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "usage",
                table: "output_items",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "run_batches",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    run_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    first_index = table.Column<int>(type: "INTEGER", nullable: false),
                    last_index = table.Column<int>(type: "INTEGER", nullable: false),
                    totals = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_batches", x => x.id);
                    table.ForeignKey(
                        name: "FK_run_batches_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_runs_is_announced_status",
                table: "runs",
                columns: new[] { "is_announced", "status" });

            migrationBuilder.CreateIndex(
                name: "IX_run_batches_run_id",
                table: "run_batches",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_run_batches_status_id",
                table: "run_batches",
                columns: new[] { "status", "id" });

            // Runs that no worker will see as batches: those that were in work begin anew, and ended ones are neither loaded nor announced again.
            migrationBuilder.Sql("UPDATE runs SET open_batches = 0, is_announced = TRUE WHERE status NOT IN ('queued', 'in_progress')");
            migrationBuilder.Sql("UPDATE runs SET status = 'queued', is_announced = FALSE WHERE status IN ('queued', 'in_progress')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "run_batches");

            migrationBuilder.DropIndex(
                name: "IX_runs_is_announced_status",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "is_announced",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "open_batches",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "is_sampled",
                table: "output_items");

            migrationBuilder.DropColumn(
                name: "recorded",
                table: "output_items");

            migrationBuilder.DropColumn(
                name: "usage",
                table: "output_items");

            migrationBuilder.RenameColumn(
                name: "retries",
                table: "runs",
                newName: "is_loaded");
        }
    }
}
