/// The page's script. Without it everything but the sliders, sorting, enlarging and the photos under
/// the maps still works.
enum PageScript {
  static let text = """

    (() => {
      'use strict';
      const all = (selector, root = document) => [...root.querySelectorAll(selector)];

      // Pictures shown more than once are embedded once.
      for (const copy of all('img[data-copy]')) {
        copy.src = document.getElementById(copy.dataset.copy).src;
      }

      // Sliders: one for a gallery, one for each card, one in the dialog.
      const show = (input, percent) => {
        input.value = percent;
        input.parentElement.querySelector('output').textContent = percent + '%';
      };
      const fade = (element, percent) => element.style.setProperty('--fade', percent + '%');
      for (const input of all('input[data-fades]')) {
        input.addEventListener('input', () => {
          const isGallery = input.dataset.fades === 'gallery';
          const scope = input.closest(isGallery ? '.gallery' : '.card');
          fade(scope, input.value);
          show(input, input.value);
          if (!isGallery) return;
          for (const card of all('.card', scope)) {
            card.style.removeProperty('--fade');
            show(card.querySelector('input'), input.value);
          }
        });
      }

      // A click on a picture enlarges it.
      const dialog = document.getElementById('zoom');
      const stack = document.getElementById('zoom-stack');
      const fader = document.getElementById('zoom-fader');
      const zoomInput = fader.querySelector('input');
      zoomInput.addEventListener('input', () => {
        fade(dialog, zoomInput.value);
        show(zoomInput, zoomInput.value);
      });
      for (const button of all('button.zoom')) {
        button.addEventListener('click', () => {
          const seen = (image) => getComputedStyle(image).display !== 'none';
          const copies = all('img', button).filter(seen).map((image) => {
            const copy = image.cloneNode();
            copy.removeAttribute('id');
            return copy;
          });
          stack.replaceChildren(...copies);
          stack.classList.toggle('pixelated', button.closest('.pixelated') !== null);
          const width = copies[0].width, height = copies[0].height;
          stack.style.width = `min(92vw, ${Math.max(width * 3, 480)}px, 78vh * ${width / height})`;
          document.getElementById('zoom-title').textContent =
            button.getAttribute('aria-label').replace(/^Enlarge /, '');
          fader.hidden = copies.length < 2;
          const percent = parseFloat(getComputedStyle(button).getPropertyValue('--fade')) || 0;
          fade(dialog, percent);
          show(zoomInput, percent);
          dialog.showModal();
        });
      }
      document.getElementById('zoom-close').addEventListener('click', () => dialog.close());
      dialog.addEventListener('click', (event) => {
        if (event.target === dialog) dialog.close();
      });

      // A click on a heading sorts a table; a second one turns the order around.
      const compare = (a, b, isNumeric, sign) => {
        if (a === '' || b === '') return (a === '') - (b === '');
        const order = isNumeric ? Number(a) - Number(b) : a.localeCompare(b, 'en', {numeric: true});
        return sign * order;
      };
      for (const table of all('table.sortable')) {
        const headings = all('thead th', table);
        headings.forEach((heading, column) => {
          const button = document.createElement('button');
          button.type = 'button';
          button.append(...heading.childNodes);
          heading.append(button);
          button.addEventListener('click', () => {
            const isNumeric = heading.classList.contains('num');
            const before = heading.getAttribute('aria-sort');
            // Numbers are most often sought from the largest.
            const first = isNumeric ? 'descending' : 'ascending';
            const second = isNumeric ? 'ascending' : 'descending';
            const order = before === first ? second : first;
            for (const other of headings) other.removeAttribute('aria-sort');
            heading.setAttribute('aria-sort', order);
            const body = table.tBodies[0];
            const key = (row) => row.cells[column].dataset.sort;
            const inf = (text) => text.replace(/^(-?)inf$/, '$1Infinity');
            const sign = order === 'ascending' ? 1 : -1;
            body.append(...[...body.rows].sort(
              (a, b) => compare(inf(key(a)), inf(key(b)), isNumeric, sign)));
          });
        });
      }

      // Print what is folded away, but for what only adds to a picture.
      let folded = [];
      addEventListener('beforeprint', () => {
        folded = all('details:not([open], .fold)');
        for (const details of folded) details.open = true;
      });
      addEventListener('afterprint', () => {
        for (const details of folded) details.open = false;
      });
    })();

    """
}
