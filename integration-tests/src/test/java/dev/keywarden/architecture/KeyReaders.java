package dev.keywarden.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;

/** Who may read the bytes of key material outside {@code keys}: the one place where keys are put into an answer. */
final class KeyReaders {
    /** Reading is one annotated method. */
    static final DescribedPredicate<JavaCall<?>> READS_KEY_BYTES =
            new DescribedPredicate<>("read the bytes of key material") {
                @Override
                public boolean test(JavaCall<?> call) {
                    return call.getTargetOwner().getFullName().equals("dev.keywarden.keys.KeyMaterial")
                            && call.getName().equals("expose");
                }
            };

    /** Each with its reason. */
    private static final Set<String> NAMES = Set.of(
            // writes the key that a guest has made for itself to a file
            "dev.keywarden.app.cli.GuestIdentity",
            // puts an app's keys into the answer it is released in
            "dev.keywarden.app.service.KmsService");

    static final DescribedPredicate<JavaClass> ALLOWED = new DescribedPredicate<>("are allowed to read key bytes") {
        @Override
        public boolean test(JavaClass type) {
            String name = type.getFullName();
            int nested = name.indexOf('$');
            return NAMES.contains(nested < 0 ? name : name.substring(0, nested));
        }
    };

    private KeyReaders() {}
}
