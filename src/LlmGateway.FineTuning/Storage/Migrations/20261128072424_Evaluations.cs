using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.FineTuning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Evaluations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "checks",
                table: "fine_tuning_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "cost_nano_usd",
                table: "fine_tuning_jobs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "evaluation",
                table: "fine_tuning_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "hold",
                table: "fine_tuning_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "result_file",
                table: "fine_tuning_jobs",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "checks",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "cost_nano_usd",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "evaluation",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "hold",
                table: "fine_tuning_jobs");

            migrationBuilder.DropColumn(
                name: "result_file",
                table: "fine_tuning_jobs");
        }
    }
}
