package dev.tidings.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The schemas stay FULL-compatible with every version kept under {@code schemas/released}: each
 * reads what the other wrote. A release adds a folder there, and never changes one.
 */
class ReleasedSchemasTest {
  private static final Path RELEASED = Path.of("released");

  @TestFactory
  Stream<DynamicTest> eventsStayCompatible() throws IOException {
    return compatible(Event.getClassSchema());
  }

  @TestFactory
  Stream<DynamicTest> batchesStayCompatible() throws IOException {
    return compatible(EventBatch.getClassSchema());
  }

  private static Stream<DynamicTest> compatible(Schema current) throws IOException {
    List<Path> versions;
    try (Stream<Path> folders = Files.list(RELEASED)) {
      versions = folders.sorted().toList();
    }
    assertThat(versions).as("released versions").isNotEmpty();
    return versions.stream()
        .map(
            version ->
                DynamicTest.dynamicTest(
                    version.getFileName() + " " + current.getName(),
                    () -> assertMutualRead(current, version)));
  }

  private static void assertMutualRead(Schema current, Path version)
      throws IOException, SchemaValidationException {
    Schema released =
        new Schema.Parser().parse(version.resolve(current.getName() + ".avsc").toFile());
    new SchemaValidatorBuilder()
        .mutualReadStrategy()
        .validateLatest()
        .validate(current, List.of(released));
  }
}
