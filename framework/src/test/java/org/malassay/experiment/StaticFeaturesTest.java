package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.Events;
import org.malassay.features.FeatureOptions;
import org.malassay.features.FeaturePiece;
import org.malassay.features.FeatureSheet;
import org.malassay.features.Part;
import org.malassay.run.CorpusEntry;

/** The static features of a run's samples: of every one, once, whatever becomes of it. */
class StaticFeaturesTest extends ExperimentFixture {
  private final FakeEnvironment other = new FakeEnvironment("other", Map.of());

  @BeforeEach
  void addSamples() throws IOException {
    Files.write(corpus.resolve("data"), new byte[] {1, 2, 3, 4});
    Files.createFile(corpus.resolve("empty"));
    sample("cannot-start", "cannot start");
    sample("guest-fails", "guest fails");
  }

  private Events go(String features, UnaryOperator<Experiment> settings) {
    Experiment experiment = experiment().option(new FeatureOptions().options().get(0), features);
    return execute(settings.apply(experiment).with(List.of(fake, other), List.of()));
  }

  private List<Path> made() throws IOException {
    try (Stream<Path> files = Files.walk(latest().path().resolve("features"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void everySampleHasThemWhateverBecomesOfIt() throws IOException {
    go("strings,image,tlsh", it -> it.in("fake", "other"));

    List<String> samples = new ArrayList<>();
    latest().forEachCorpusEntry(entry -> samples.add(entry.sha256()));
    assertThat(samples).hasSize(8);
    for (String sample : samples) {
      FeatureSheet sheet = latest().featureSheet(sample).orElseThrow();
      assertThat(sheet.parts()).containsExactly(Part.STRINGS, Part.IMAGE, Part.TLSH);
      assertThat(sheet.numbers()).containsKeys("size", "strings");
      assertThat(latest().features(sample).index())
          .extracting(piece -> piece.name())
          .contains(FeaturePiece.STRINGS, FeatureSheet.FILE);
    }
    assertThat(results()).hasSizeGreaterThan(samples.size());
  }

  @Test
  void aRunThatIsContinuedMakesThoseThatAreMissingAlone() throws IOException {
    go("strings", it -> it.option(RunOptions.SAMPLE, "a-exits"));
    for (Path file : made()) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    }
    go("strings", it -> it.option(RunOptions.RESUME, ""));
    assertThat(made()).filteredOn(this::isOld).hasSize(3);
    assertThat(made()).hasSize(8 * 3);

    go("strings,tlsh", it -> it.option(RunOptions.RESUME, ""));
    assertThat(made()).filteredOn(this::isOld).isEmpty();
  }

  private boolean isOld(Path file) {
    return file.toFile().lastModified() == 1000;
  }

  @Test
  void withoutTheOptionNothingIsMade() {
    run(it -> it);
    assertThat(folder.resolve("runs/latest/features")).doesNotExist();
  }

  @Test
  void whatCannotBeMadeIsToldAndCostsNoRow() throws IOException {
    List<String> digests = new ArrayList<>();
    go("strings", it -> it);
    int rows = results().size();
    Path first = made().get(0).getParent();
    latest().forEachCorpusEntry((CorpusEntry entry) -> digests.add(entry.sha256()));
    for (Path file : made()) {
      Files.delete(file);
    }
    Files.delete(first);
    Files.createFile(first); // in the place of a folder
    Events events = go("strings", it -> it.option(RunOptions.RESUME, ""));
    assertThat(results()).hasSize(rows);
    assertThat(onlyFailure(events)).contains("static features of 1 samples could not be made, of ");
    assertThat(digests).contains(first.getFileName().toString());
  }
}
