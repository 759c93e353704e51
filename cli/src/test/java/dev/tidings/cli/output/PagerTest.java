package dev.tidings.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class PagerTest {
  @TempDir Path directory;
  private final StringWriter terminal = new StringWriter();

  @BeforeEach
  void aTerminalOfTenLines() {
    System.setProperty("tidings.stdout.tty", "true");
    System.setProperty("tidings.rows", "10");
  }

  @AfterEach
  void noTerminal() {
    System.clearProperty("tidings.stdout.tty");
    System.clearProperty("tidings.rows");
  }

  private void write(String pager, int lines) {
    try (PrintWriter out = Pager.over(new PrintWriter(terminal), Map.of("PAGER", pager))) {
      for (int i = 0; i < lines; i++) {
        out.println("line " + i);
      }
    }
  }

  @Test
  void whatIsLongerThanTheTerminalGoesThroughThePager() throws Exception {
    Path paged = directory.resolve("paged");
    write("cat > '" + paged + "'", 25);
    assertThat(Files.readString(paged).lines()).hasSize(25).contains("line 0", "line 24");
    assertThat(terminal.toString()).isEmpty();
  }

  @Test
  void whatFitsDoesNot() {
    Path paged = directory.resolve("paged");
    write("cat > '" + paged + "'", 9);
    assertThat(paged).doesNotExist();
    assertThat(terminal.toString().lines()).hasSize(9);
  }

  @Test
  void aPagerThatIsLeftEarlyOrIsNotThereIsNoError() {
    write("exit 0", 50_000);
    write("/no/such/pager 2>&-", 50_000);
    assertThat(terminal.toString()).isEmpty();
  }

  @Test
  void whoWantsNoneOrHasNoTerminalGetsNone() {
    PrintWriter out = new PrintWriter(terminal);
    assertThat(Pager.over(out, Map.of("PAGER", "cat"))).isSameAs(out);
    assertThat(Pager.over(out, Map.of("PAGER", ""))).isSameAs(out);
    assertThat(Pager.over(out, Map.of("PATH", directory.toString()))).isSameAs(out);
    noTerminal();
    assertThat(Pager.over(out, Map.of("PAGER", "less"))).isSameAs(out);
  }
}
