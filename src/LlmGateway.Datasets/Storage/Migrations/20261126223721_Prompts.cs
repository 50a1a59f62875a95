using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Prompts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "parent_id",
                table: "inferences",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "prompt_id",
                table: "inferences",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "prompt_label",
                table: "inferences",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "prompt_variables",
                table: "inferences",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "prompt_version",
                table: "inferences",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "scores",
                table: "inferences",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "step",
                table: "inferences",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_inferences_project_id_parent_id",
                table: "inferences",
                columns: new[] { "project_id", "parent_id" },
                filter: "parent_id IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_inferences_project_id_parent_id",
                table: "inferences");

            migrationBuilder.DropColumn(
                name: "parent_id",
                table: "inferences");

            migrationBuilder.DropColumn(
                name: "prompt_id",
                table: "inferences");

            migrationBuilder.DropColumn(
                name: "prompt_label",
                table: "inferences");

            migrationBuilder.DropColumn(
                name: "prompt_variables",
                table: "inferences");

            migrationBuilder.DropColumn(
                name: "prompt_version",
                table: "inferences");

            migrationBuilder.DropColumn(
                name: "scores",
                table: "inferences");

            migrationBuilder.DropColumn(
                name: "step",
                table: "inferences");
        }
    }
}
