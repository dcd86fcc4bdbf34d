"""Record linkage: which rows of several lists are about the same facility, and how sure that is.

``link`` finds probable pairs of rows and estimates their probabilities; ``clusters`` makes facilities of them, with
what a person ruled; ``draws`` makes plausible other linkages, for what is counted afterwards.
"""

from analysis.models.linkage.clusters import clusters
from analysis.models.linkage.draws import draws
from analysis.models.linkage.linking import Linkage, link
from analysis.models.linkage.settings import LinkageSettings

__all__ = ["Linkage", "LinkageSettings", "clusters", "draws", "link"]
