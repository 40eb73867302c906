import Image from 'next/image'
import imported from '../pictures/imported.png'

export default function Page({ remote }) {
  return (
    <main>
      <Image src={imported} alt="static import" />
      <Image src="/public.png" alt="public folder" width={256} height={171} />
      <Image src={remote} alt="remote" width={600} height={400} />
      <Image src="/api/avatar" alt="answered by the app" width={32} height={32} />
    </main>
  )
}

export function getServerSideProps() {
  return { props: { remote: process.env.REMOTE_PICTURE } }
}
