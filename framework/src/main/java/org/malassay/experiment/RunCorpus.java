package org.malassay.experiment;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.features.Tlsh;
import org.malassay.options.Options;
import org.malassay.run.CorpusDigest;
import org.malassay.run.CorpusEntry;
import org.malassay.run.Shard;
import org.malassay.sample.Corpus;
import org.malassay.sample.CorpusException;
import org.malassay.sample.Sample;
import org.malassay.sample.Unpacking;

/**
 * The corpus of a run.
 *
 * @param all whatever part of it is run
 * @param chosen the part that is
 */
record RunCorpus(Corpus all, Corpus chosen) {

  /**
   * @param unpacked where to unpack archives
   * @param console is told of what takes long
   */
  static RunCorpus read(Options options, Path unpacked, PrintStream console)
      throws CorpusException {
    Corpus all =
        Corpus.of(
            options.get(RunOptions.SAMPLES),
            new Unpacking(
                unpacked,
                options.get(RunOptions.PASSWORDS),
                options.find(RunOptions.CHARSET),
                console::println));
    Optional<String> pattern = options.find(RunOptions.SAMPLE);
    Shard shard = options.find(Shard.OPTION).orElse(Shard.WHOLE);
    Corpus chosen = (pattern.isPresent() ? all.filter(pattern.get()) : all).only(shard::has);
    return new RunCorpus(
        all, options.get(RunOptions.SCRIPTS_BY_SHELL) ? chosen.withShell() : chosen);
  }

  /** The identity of the whole. */
  CorpusDigest digest() {
    return CorpusDigest.of(entries(all, Map.of()));
  }

  /** What the run keeps of the part that is run; reads all of it, for the hashes of TLSH. */
  List<CorpusEntry> entries() {
    return entries(
        chosen,
        chosen.samples().parallelStream()
            .collect(Collectors.toConcurrentMap(Sample::sha256, RunCorpus::tlsh)));
  }

  /** A sample that cannot be read any more says so when it has its turn. */
  private static Optional<String> tlsh(Sample sample) {
    try {
      return Tlsh.of(sample);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<CorpusEntry> entries(Corpus corpus, Map<String, Optional<String>> tlsh) {
    return corpus.members().stream()
        .map(
            member ->
                new CorpusEntry(
                    member.path(),
                    member.sample().sha256(),
                    member.sample().size(),
                    member.sample().facts(),
                    member.duplicate() ? Optional.of(member.sample().path()) : Optional.empty(),
                    tlsh.getOrDefault(member.sample().sha256(), Optional.empty())))
        .toList();
  }
}
