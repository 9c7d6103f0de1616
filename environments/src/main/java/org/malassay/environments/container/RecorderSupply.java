package org.malassay.environments.container;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Info;
import java.util.Map;
import java.util.Optional;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.tracing.RecorderBounds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recorder of a run's guests. One that ends in the middle has a successor, checked like itself:
 * what was being recorded is cut, what comes after is whole. Safe for use by several threads.
 */
final class RecorderSupply implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecorderSupply.class);

  /** With more ends than this, something ends them, and would end the next one, too. */
  private static final int MOST = 5;

  private final Engine engine;
  private final Info info;
  private final String run;
  private final Capability[] rights;
  private final boolean worked;
  private RecorderContainer current;
  private int started = 1;

  private RecorderSupply(Engine engine, Info info, String run, Capability... rights) {
    this.engine = engine;
    this.info = info;
    this.run = run;
    this.rights = rights;
    this.current = start();
    this.worked = current.recorder().ended().isEmpty();
  }

  /** Starts the first one, and checks it. Never fails: see {@link #missing}. */
  static RecorderSupply open(Engine engine, Info info, String run) {
    return open(engine, info, run, RecorderContainer.RIGHT);
  }

  /** The same with other rights than it takes. */
  static RecorderSupply open(Engine engine, Info info, String run, Capability... rights) {
    return new RecorderSupply(engine, info, run, rights);
  }

  private RecorderContainer start() {
    return RecorderContainer.start(engine, info, run, RecorderBounds.DEFAULT, rights);
  }

  /** What it sees, or makes known; nothing when there is none. */
  synchronized Map<Facet, Origin> observes() {
    return current.recorder().ended().isPresent()
        ? Map.of()
        : Recorder.ofEachFacetAndFiles(Origin.HOST_KERNEL, Origin.AGENT);
  }

  /** Why it sees nothing, with what mends it. */
  synchronized Map<Facet, String> missing() {
    Optional<String> why = current.recorder().ended();
    return why.map("the recorder "::concat)
        .map(words -> Recorder.ofEachFacetAndFiles(words, words))
        .orElse(Map.of());
  }

  /** The one that records now; one that never worked has no successor. */
  synchronized RecorderContainer current() {
    Optional<String> ended = current.recorder().ended();
    if (ended.isPresent() && worked && started < MOST) {
      LOG.warn("the recorder of system calls {}: starting another", ended.get());
      current.close();
      current = start();
      started++;
    }
    return current;
  }

  @Override
  public synchronized void close() {
    current.close();
  }
}
