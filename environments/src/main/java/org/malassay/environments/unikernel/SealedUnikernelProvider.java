package org.malassay.environments.unikernel;

/** Opens the environment {@code unikernel-sealed}: a library OS that loads none. */
public final class SealedUnikernelProvider extends KindProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public SealedUnikernelProvider() {
    super(Kind.SEALED);
  }
}
