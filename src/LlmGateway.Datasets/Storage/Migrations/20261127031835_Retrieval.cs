using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Retrieval : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "retrieval",
                table: "inferences",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "retrieval",
                table: "inferences");
        }
    }
}
