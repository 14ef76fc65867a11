"""The texts of `shortlist train --help`, which teach by examples."""

TRAIN_HELP = """Train a student: a small network that scores photographs.

Two phases, after CSKD ("CLIP Brings Better Features to Visual Aesthetics Learners"): `align`
teaches a network to see, by any photographs and what CLIP says of them. `distill` teaches it
to rate, by photographs with ratings and many without. `student` does both with the training
data of the project. A run that was stopped goes on from its last checkpoint when the same
command is given again.

\b
Examples:
  shortlist train align --photos ~/Pictures --run ~/runs/small
      a small network learns to see as CLIP does
  shortlist train distill --aligned ~/runs/small --rated ~/AVA --layout ava \\
      --photos ~/Pictures --run ~/runs/small-ava --out ~/models
      it learns to rate, and becomes a model that `shortlist score` can use
  shortlist train student --data ~/shortlist-data --run ~/training --out ~/models
      make the student that ships with Shortlist again, from random weights

\b
Exit status:
  0    all went well
  2    wrong use, or nothing could be done; a sentence says why
  130  stopped from the keyboard; the same command goes on
"""
ALIGN_HELP = """Phase 1: align a network's features with those of CLIP, without any rating.

The photographs of one or more folders are shown to the teachers, several views of each. What
they say is kept on this computer, so a teacher looks at a view once, whatever is trained with
it later. Then the network sees the same views and learns to say the same, through a projector
for each teacher. A share of the photographs is put aside, and the agreement on those is
printed at the end. The run folder receives the aligned network: aligned.safetensors, and
aligned.json with its SHA-256, how it was made, its teachers and their licences.

Align a small network as the student, and with another --backbone and --run a larger one as
its teacher for phase 2, see `shortlist train distill --help`.

\b
Teachers:
  open_clip:MODEL/TAG   published by open_clip; you are asked before a download
  timm:MODEL            published by timm, likewise
  open_clip:MODEL/FILE, timm:MODEL/FILE
                        weights of your own; of a CLIP whose published weights are of
                        several kinds, open_clip:MODEL/TAG=FILE says which it is like
  FILE.safetensors      the ImageNet MobileNetV2 of the training data; a backbone with the
                        same stages, such as mobilenetv2_100, learns its feature maps too,
                        which helps most where photographs are few

\b
Arms:
  cosine      the paper's: a two-layer projector, 1 - cosine
  layer-norm  an orthogonal linear projector, smooth L1 to standardised features

\b
Examples:
  shortlist train align --photos ~/Pictures --run ~/runs/small
      mobilenetv2_100 and OpenAI's CLIP ViT-B/32
  shortlist train align --photos ~/Pictures --photos ~/openimages --run ~/runs/large \\
      --backbone vit_base_patch16_224 --teacher open_clip:ViT-B-16-SigLIP2/webli
      a larger network, from two folders, to teach in phase 2
  shortlist train align --photos ~/Pictures --run ~/runs/maps --arm layer-norm \\
      --teacher open_clip:ViT-B-32/openai \\
      --teacher ~/shortlist-data/mobilenetv2_100-imagenet.safetensors
      two teachers, one of them with its feature maps
  torchrun --nproc-per-node 4 -m -- core train align --photos ~/openimages --run ~/runs/small \\
      --device cuda --yes
      on four GPUs; the lonely -- keeps torchrun from reading --run as its own
"""
DISTILL_HELP = """Phase 2: an aligned network learns to rate, and becomes a model that scores.

It learns from the ratings of a published set and from photographs without ratings, whose
distributions of ratings are predicted by a teacher: with --teacher-run the larger network of
another `shortlist train align`, fine-tuned on the labels first; without, ridge regressions on
the student's own embedding. Both terms are squared earth mover's distances. First the last
stage learns, then all layers. Photographs are flipped and mildly cropped, nothing else, since
anything else would change their rating.

Before anything is fitted, the test part that the set was published with is put aside, or whole
groups of photographs where it has none (themes, challenges, sessions). The agreement with
people on those is printed at the end and stands in the model card. --out receives the model
folder: ONNX, manifest with SHA-256, card.

\b
Layouts of --rated:
  oasis  the training data of the project
  ava    AVA.txt and images/
  aadb   imgListFiles_label/ and the folders of photographs
  para   annotation/ and imgs/

\b
Arms:
  --label-share .01   few labels, as in the paper; the other rated photographs count as unrated
  --confidence        a prediction counts less where the teacher is less sure
  --ranking W         also the order of unrated photographs, W times

\b
Examples:
  shortlist train distill --aligned ~/runs/small --rated ~/shortlist-data --layout oasis \\
      --photos ~/Pictures --run ~/runs/small-oasis --out ~/models
      the student teaches itself, from OASIS and your own photographs
  shortlist train distill --aligned ~/runs/small --teacher-run ~/runs/large \\
      --rated ~/AVA --layout ava --label-share .1 --confidence \\
      --run ~/runs/small-ava-10 --out ~/models --name ava-10
      a larger network teaches, with a tenth of AVA's labels; the rest is unrated
  shortlist evaluate --model ~/models/ava-10 --data ~/AVA --layout ava
      measure the model on the published test part again
"""
STUDENT_HELP = """Train the student that ships with Shortlist again, from the training data.

This takes hours. A run that was stopped goes on from its last checkpoint when the same
command is given again.

\b
Example:
  shortlist train student --data ~/shortlist-data --run ~/training --out ~/models
"""
TASTES_HELP = """Learn what tastes have in common, for a model that Personalize shall start from.

From people who rated the same photographs, the directions along which their tastes differ are
learned and written into the model's folder. `shortlist train student` does this at its end.

\b
Example:
  shortlist train tastes --data ~/shortlist-data --model ~/models/shortlist-student
"""
